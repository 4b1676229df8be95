// Parts of the page of a day that are not its list. One that fails says so in its place.

// The search: whom it finds stands beneath it, and the list stays.
class DayFind {
  constructor(table, form) {
    this.table = table;
    this.form = form;
    this.place = document.getElementById("found");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.find();
    });
    form.elements.text.addEventListener("input", (event) => {
      if (!event.target.value) this.place.replaceChildren();
    });
  }

  async find() {
    const body = new URLSearchParams(new FormData(this.form));
    const asked = (this.asked = {}); // what was asked before it may answer later
    this.place.setAttribute("aria-busy", "true");
    const found = await this.ask(body);
    if (asked !== this.asked) return;
    this.place.removeAttribute("aria-busy");
    this.place.replaceChildren(found);
    this.table.say(found.querySelector("[role=status]")?.textContent ?? found.textContent);
  }

  // What is to be shown: hits, or why there are none.
  async ask(body) {
    const failed = document.createElement("p");
    failed.className = "fault";
    failed.textContent = this.form.dataset.failed;
    try {
      const response = await fetch(this.form.getAttribute("action"), { method: "POST", body });
      if (response.status === 401) this.form.submit(); // its answer keeps what was typed
      const sent = new DOMParser().parseFromString(await response.text(), "text/html");
      return sent.getElementById("found") ?? sent.querySelector(".fault") ?? failed;
    } catch {
      return failed;
    }
  }
}

// How many appointments need somebody: asked for when a mark may have come or gone.
class AttentionNumber {
  constructor(day, link) {
    this.link = link;
    day.addEventListener("marked", () => this.ask());
    setInterval(() => this.isKnown() || this.ask(), 5000);
  }

  isKnown() {
    return !this.link.querySelector(".number .seen");
  }

  async ask() {
    const sent = await fetchPart(this.link.dataset.countsAt).catch(() => null);
    const number = sent ? sent.querySelector(".number") : this.unknown();
    this.link.querySelector(".number")?.remove();
    if (number) this.link.append(" ", number);
  }

  unknown() {
    const [number, why] = [document.createElement("span"), document.createElement("span")];
    [number.className, why.className] = ["number", "seen"];
    why.textContent = ` ${this.link.dataset.unknown}`;
    number.append("?", why);
    return number;
  }
}
