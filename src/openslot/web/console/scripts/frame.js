"use strict";
// What every page does; without it every page works, at the price of a few more presses.
document.addEventListener("DOMContentLoaded", () => {
  const menu = document.querySelector("[data-menu]");
  const navigation = document.getElementById("navigation");
  if (menu && navigation) {
    menu.hidden = false;
    document.documentElement.classList.add("has-menu");
    menu.addEventListener("click", () => {
      const open = menu.getAttribute("aria-expanded") !== "true";
      menu.setAttribute("aria-expanded", String(open));
      navigation.classList.toggle("open", open);
    });
  }
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
});
