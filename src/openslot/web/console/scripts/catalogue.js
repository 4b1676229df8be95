"use strict";
// The first branch is most likely where whoever makes it is.
document.addEventListener("DOMContentLoaded", () => {
  const zone = document.querySelector("input[data-own-zone]");
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
});
