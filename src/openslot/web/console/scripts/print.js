"use strict";
// "Print" prints what is shown; without scripts that of an appointment opens the list of its day.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("button[data-print]")) button.hidden = false;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("button[data-print]")) window.print();
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-prints]")) return;
  event.preventDefault();
  window.print();
});
