// The tables of a day: rows put where they belong, and what follows from them.
class DayTable {
  constructor(day) {
    this.day = day;
    this.words = document.getElementById("day-words").dataset;
    this.coming = document.getElementById("coming");
    this.cancelled = document.getElementById("cancelled");
    this.setClock(day);
    this.format = new Intl.DateTimeFormat(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: day.dataset.zone,
    });
    this.dates = new Intl.DateTimeFormat("sv-SE", { timeZone: day.dataset.zone }); // 2027-01-12
    setInterval(() => this.placeNow(), 20000);
  }

  // The account's time: that of the server when it sent the page, and what has gone by since.
  setClock(sent) {
    this.sentAt = Number(sent.dataset.now);
    this.stands = sent.hasAttribute("data-clock-stands");
    this.readAt = performance.now();
  }

  now() {
    return this.sentAt + (this.stands ? 0 : performance.now() - this.readAt);
  }

  timeNow() {
    return this.format.format(this.now());
  }

  rows() {
    return [...this.day.querySelectorAll("tr[data-status]")];
  }

  // Whether an appointment is on the page as of a version, or as it was later still.
  shows(id, version) {
    const row = document.getElementById(`appointment-${id}`);
    return Number(row?.dataset.version) >= version; // false without a row, or without a version
  }

  focusedRow() {
    return document.activeElement?.closest("tr[data-status]") ?? null;
  }

  say(text) {
    document.getElementById("said").textContent = text;
  }

  fill(template, row) {
    const time = row.querySelector(".time").textContent.trim();
    const values = { name: row.dataset.name, state: row.dataset.state, time };
    return template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  // Takes rows that were sent, of the appointments with these ids or of the whole day; returns
  // those that are new here.
  take(sent, ids) {
    const fresh = new Map([...sent.querySelectorAll("tr[data-status]")].map((row) => [row.id, row]));
    const known = new Set(this.rows().map((row) => row.id));
    const focused = this.focusedRow();
    const beside = focused && this.neighbour(focused);
    const wasCancelled = focused?.dataset.status === "CANCELLED";
    const asked = ids ? ids.map((id) => `appointment-${id}`) : [...known, ...fresh.keys()];
    let isMarked = false;
    for (const id of new Set(asked)) {
      const [old, row] = [document.getElementById(id), fresh.get(id)];
      isMarked ||= [old, row].some((one) => one?.querySelector(".tag.warn"));
      this.place(old, row);
    }
    if (isMarked) this.day.dispatchEvent(new Event("marked"));
    if (focused && !focused.isConnected) {
      const now = document.getElementById(focused.id);
      const leaves = !now || (now.dataset.status === "CANCELLED" && !wasCancelled);
      const next = leaves ? beside && document.getElementById(beside.id) : now;
      (next ?? document.getElementById("main")).focus({ preventScroll: !leaves });
    }
    this.setClock(sent.getElementById("day"));
    this.refresh();
    return [...fresh.values()].filter((row) => !known.has(row.id));
  }

  // The next row of the same table, else the one before.
  neighbour(row) {
    const rows = this.rows().filter((other) => other.parentElement === row.parentElement);
    const place = rows.indexOf(row);
    return rows[place + 1] ?? rows[place - 1] ?? null;
  }

  place(old, row) {
    if (!row) {
      old?.remove();
      return;
    }
    const table = row.dataset.status === "CANCELLED" ? this.cancelled : this.coming;
    if (old && old.parentElement === table && old.dataset.start === row.dataset.start) {
      old.replaceWith(row);
      return;
    }
    old?.remove();
    const isLater = (other) =>
      Number(other.dataset.start) - Number(row.dataset.start) || (other.id > row.id ? 1 : -1);
    const next = [...table.querySelectorAll("tr[data-status]")].find((other) => isLater(other) > 0);
    table.insertBefore(row, next ?? null);
  }

  // What follows from the rows: counts, who is next, where now is, whether anybody is there.
  refresh() {
    const states = [...this.coming.rows].flatMap((row) => row.dataset.status ?? []);
    for (const count of document.querySelectorAll("[data-count]")) {
      count.textContent = states.filter((status) => status === count.dataset.count).length;
    }
    if (this.day.hasAttribute("data-is-today")) {
      this.markNext(this.coming.querySelector("tr[data-status=CONFIRMED]"));
    }
    document.getElementById("nobody").hidden = states.length > 0;
    document.getElementById("cancelled-section").hidden = this.cancelled.rows.length === 0;
    this.placeNow();
  }

  markNext(next) {
    for (const row of this.day.querySelectorAll("tr.next")) {
      if (row === next) return;
      row.classList.remove("next");
      row.querySelector(".tag.next").remove();
    }
    if (!next) return;
    const mark = document.createElement("span");
    mark.className = "tag next";
    mark.textContent = this.words.next;
    next.classList.add("next");
    next.querySelector(".state").append(" ", mark);
  }

  placeNow() {
    const line = document.getElementById("now");
    if (!line) return;
    const isOver = this.dates.format(this.now()) > this.day.dataset.date;
    if (isOver && !location.search.includes("date=")) location.reload();
    const minute = Math.floor(this.now() / 60000);
    const next = [...this.coming.querySelectorAll("tr[data-status]")].find(
      (row) => Number(row.dataset.start) > minute,
    );
    if (line.nextElementSibling !== (next ?? null)) this.coming.insertBefore(line, next ?? null);
    line.firstElementChild.textContent = this.words.now.replace("{time}", this.timeNow());
  }
}
