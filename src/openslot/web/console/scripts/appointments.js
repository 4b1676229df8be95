"use strict";
// "Print" prints the appointment that is shown; without scripts it opens the list of its day.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-prints]")) return;
  event.preventDefault();
  window.print();
});
