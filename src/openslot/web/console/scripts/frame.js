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
  // A browser writes dates in its own language: in words they stand beneath, in the page's.
  const format = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, {
    weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  });
  document.addEventListener("input", ({ target }) => {
    const words = document.getElementById(`${target.id}-words`);
    if (!words) return;
    const [day, time] = target.value.split("T");
    words.textContent = day ? [format.format(Date.parse(day)), ...(time ? [time] : [])].join(", ") : "";
  });
  const summary = document.getElementById("error-summary");
  if (summary) summary.focus();
});
