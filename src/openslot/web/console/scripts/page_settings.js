"use strict";
// A picture that is chosen becomes the text that the form has of it.
document.addEventListener("DOMContentLoaded", () => {
  const row = document.querySelector("[data-logo-file]");
  if (!row) return;
  row.hidden = false;
  row.querySelector("input").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (!file) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      document.getElementById("logo").value = reader.result;
    });
    reader.readAsDataURL(file);
  });
});
