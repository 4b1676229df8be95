// The day at the desk: acts without a new page, and a key for each.
async function fetchPart(address, options) {
  const response = await fetch(address, options);
  if (response.status === 401 || response.url.includes("/console/sign-in")) location.reload();
  if (!response.ok) throw new Error(`${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

class DayKeys {
  constructor(table) {
    this.table = table;
    this.hasLetters = table.day.hasAttribute("data-letter-keys");
    this.list = document.getElementById("keys");
    this.mayAct = this.list.hasAttribute("data-acts");
    const opening = document.querySelector("[data-opens-keys]");
    opening.hidden = !this.hasLetters;
    opening.addEventListener("click", () => this.list.showModal());
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
    const row = this.table.focusedRow();
    if (row ? this.goes(row, event) : this.enters(event)) event.preventDefault();
    else if (this.hasLetters && this.acts(row, event)) event.preventDefault();
  }

  // From nowhere an arrow goes to whoever is next: nobody presses Tab so often.
  enters(event) {
    const isNowhere = event.target === document.body || event.target.id === "main";
    if (!isNowhere || !["ArrowDown", "ArrowUp"].includes(event.key)) return false;
    const row = this.table.day.querySelector("tr.next") ?? this.table.rows()[0];
    row?.focus();
    return Boolean(row);
  }

  goes(row, event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const rows = this.table.rows();
      rows[rows.indexOf(row) + step]?.focus();
      return true;
    }
    if (event.key !== "Enter" || event.target !== row) return false;
    row.querySelector(".time a").click();
    return true;
  }

  acts(row, event) {
    if (event.key === "/") {
      document.getElementById("find")?.focus();
      return true;
    }
    if (event.key === "?") {
      this.list.showModal();
      return true;
    }
    const isAct = this.mayAct && "ascnzmx".includes(event.key);
    if (!row || !isAct || event.shiftKey) return false;
    if (event.repeat) return true;
    const button = row.querySelector(`[data-key="${event.key}"]`);
    if (button) button.click();
    else this.table.say(this.table.fill(this.table.words.impossible, row));
    return true;
  }
}

async function sendAct(table, row, form) {
  const body = new URLSearchParams(new FormData(form));
  body.set("part", "rows");
  for (const name of ["branch", "date"]) body.set(name, table.day.dataset[name]);
  row.setAttribute("aria-busy", "true");
  if (document.activeElement !== row) row.focus({ preventScroll: true });
  try {
    const sent = await fetchPart(form.getAttribute("action"), { method: "POST", body });
    table.take(sent, [row.id.replace("appointment-", "")]);
    table.say(sent.getElementById("notice").textContent);
  } catch (error) {
    table.say(error instanceof TypeError ? table.words.failed : table.words.refused);
  } finally {
    row.removeAttribute("aria-busy");
  }
}

// Whoever opens a page from a row and comes back is on that row again.
function returnTo(table) {
  table.day.addEventListener("click", (event) => {
    const row = event.target.closest("a") && event.target.closest("tr[data-status]");
    if (row) history.replaceState({ row: row.id }, "");
  });
  const [came] = performance.getEntriesByType("navigation");
  if (came?.type !== "back_forward" || !history.state?.row) return;
  document.getElementById(history.state.row)?.focus();
}

document.addEventListener("DOMContentLoaded", () => {
  const day = document.getElementById("day");
  if (!day) return;
  const table = new DayTable(day);
  new DayKeys(table);
  new DayStream(table);
  returnTo(table);
  const [find, counted] = ["form.find", "[data-counts-at]"].map((one) => document.querySelector(one));
  if (find) new DayFind(table, find);
  if (counted) new AttentionNumber(day, counted);
  day.addEventListener("submit", (event) => {
    const row = event.target.closest("tr[data-status]");
    if (!row) return;
    event.preventDefault();
    if (!row.hasAttribute("aria-busy")) sendAct(table, row, event.target);
  });
});
