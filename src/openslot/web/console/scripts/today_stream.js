// What others do while the page is open: which rows changed is told, and these are asked for.
class DayStream {
  constructor(table) {
    this.table = table;
    this.banner = document.getElementById("live");
    this.changed = new Map(); // ids, with the version where it is known
    this.isLive = false;
    this.connect(table.day.dataset.position);
    addEventListener("pagehide", () => this.source?.close());
    addEventListener("pageshow", (event) => event.persisted && this.lose());
    document.addEventListener("visibilitychange", () => this.rest());
    setInterval(() => this.age(), 5000);
  }

  query(more) {
    const { branch, date } = this.table.day.dataset;
    return new URLSearchParams({ branch, date, ...more });
  }

  // `after` is the position in the list of events that the page has shown already.
  connect(after) {
    clearTimeout(this.trying);
    const more = after === undefined ? {} : { after };
    this.isFirst = after !== undefined;
    this.source = new EventSource(`${this.banner.dataset.events}?${this.query(more)}`);
    this.source.addEventListener("heartbeat", () => this.hear());
    this.source.addEventListener("message", (event) => {
      this.hear();
      const { appointmentId, version } = JSON.parse(event.data);
      this.changed.set(appointmentId, version);
      this.waiting ??= setTimeout(() => this.update(), 100);
    });
    this.source.addEventListener("error", () => this.lose());
  }

  hear() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lose(), 25000);
    if (this.isLive) return;
    this.isLive = true;
    if (this.isFirst) return;
    this.update(true);
  }

  // Time alone allows or forbids something: these rows are asked for again.
  age() {
    if (!this.isLive) return;
    const now = this.table.now();
    for (const row of this.table.rows()) {
      if (Number(row.dataset.until) < now) this.changed.set(row.id.replace("appointment-", ""));
    }
    if (this.changed.size) this.waiting ??= setTimeout(() => this.update(), 100);
  }

  // A page that nobody sees lets its line go: a browser has six to a server for all its pages.
  rest() {
    clearTimeout(this.resting);
    if (!document.hidden) {
      if (this.source.readyState === EventSource.CLOSED) this.connect();
      return;
    }
    this.resting = setTimeout(() => {
      this.source.close();
      this.isLive = false;
      clearTimeout(this.silence);
      clearTimeout(this.trying);
    }, 10000);
  }

  // The line is cut: what was shown stays, and the page tries again.
  lose() {
    this.source.close();
    clearTimeout(this.silence);
    if (this.banner.hidden) {
      this.banner.textContent = this.banner.dataset.text.replace("{time}", this.table.timeNow());
      this.banner.hidden = false;
    }
    this.isLive = false;
    clearTimeout(this.trying);
    this.trying = setTimeout(() => this.connect(), 3000);
  }

  // Asks for the rows that changed, or for the whole day after a cut.
  async update(isWhole = false) {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    const changed = [...this.changed].filter(([id, version]) => !this.table.shows(id, version));
    this.changed.clear();
    if (!isWhole && !changed.length) return; // all of it was done here
    const ids = isWhole || changed.length > 50 ? null : changed.map(([id]) => id);
    const query = this.query(ids ? { appointments: ids.join(",") } : {});
    const sent = await fetchPart(`${this.table.day.dataset.rows}?${query}`).catch(() => null);
    if (!sent?.getElementById("day")) {
      this.lose();
      return;
    }
    const added = this.table.take(sent, ids).filter((row) => row.dataset.status !== "CANCELLED");
    this.banner.hidden = true;
    if (added.length) {
      this.table.say(added.map((row) => this.table.fill(this.table.words.new, row)).join(". "));
    }
  }
}
