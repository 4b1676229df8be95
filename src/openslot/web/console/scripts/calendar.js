"use strict";
// The calendar: an appointment is dragged to another time or resource, its end to another length.
// Both open the page that moves it, with the new time filled in. `m` and the menu do so as well.
{
  const STEP = 5; // minutes
  const LEAST_PIXELS = 5; // before a press becomes a drag
  let drag = null;
  let isClickOfDrag = false;

  const hoursOf = (area) => area.closest("[data-calendar]").dataset.hours.trim().split(" ");

  // How many minutes below the top of an area a point is.
  const minuteAt = (area, y) => {
    const box = area.getBoundingClientRect();
    return ((y - box.top) / box.height) * hoursOf(area).length * 60;
  };

  // Where an item stands, as its classes say it.
  const placeOf = (item) => {
    const number = (what) => Number(item.className.match(new RegExp(`${what}\\b`))[1]);
    return {
      top: number("at-(\\d+)h") * 60 + number("at-(\\d+)m"),
      length: number("for-(\\d+)h") * 60 + number("for-(\\d+)m"),
    };
  };

  const put = (item, area, top, length) => {
    const others = drag.classes.replace(/\b(at|for|lane|of)-\S+/g, "");
    const place = `at-${Math.floor(top / 60)}h at-${top % 60}m`;
    const size = `for-${Math.floor(length / 60)}h for-${length % 60}m`;
    item.className = `${others} ${place} ${size} lane-0 of-1 dragged`;
    item.dataset.when = `${clock(area, top)} – ${clock(area, top + length)}`;
    if (item.parentElement !== area) area.append(item);
  };

  const twoDigits = (number) => String(number).padStart(2, "0");

  const clock = (area, top) => {
    const hours = hoursOf(area);
    const row = Math.floor(top / 60);
    const hour = row < hours.length ? hours[row] : twoDigits(Number(hours.at(-1)) + 1);
    return `${hour}:${twoDigits(top % 60)}`;
  };

  // RFC 3339, with the offset that the branch has then; null where its clocks skip that hour.
  const instant = (area, top) => {
    const offsets = area.dataset.offsets.split(" ");
    const offset = offsets[Math.min(Math.floor(top / 60), offsets.length - 1)];
    return offset ? `${area.dataset.date}T${clock(area, top)}:00${offset}` : null;
  };

  const end = () => {
    if (!drag) return;
    drag.item.className = drag.classes;
    delete drag.item.dataset.when;
    drag.area.insertBefore(drag.item, drag.next);
    drag = null;
  };

  const areaUnder = (event) =>
    document.elementsFromPoint(event.clientX, event.clientY)
      .find((element) => element.classList.contains("area")) || drag.target;

  const move = (event) => {
    const { item, area, top, length, grabbed, isEnd } = drag;
    if (isEnd) {
      const bottom = Math.round(minuteAt(area, event.clientY) / STEP) * STEP;
      drag.target = area;
      drag.to = { top, length: Math.max(STEP, bottom - top) };
    } else {
      drag.target = areaUnder(event);
      const wanted = Math.round((minuteAt(drag.target, event.clientY) - grabbed) / STEP) * STEP;
      const most = hoursOf(area).length * 60 - STEP;
      drag.to = { top: Math.min(Math.max(wanted, 0), most), length };
    }
    put(item, drag.target, drag.to.top, drag.to.length);
  };

  const drop = () => {
    const { item, area, target, top, length, to, isEnd } = drag;
    const start = instant(target, to.top);
    const address = item.dataset.move;
    const isSame = target === area && to.top === top && to.length === length;
    end();
    if (isSame || start === null) return;
    const query = new URLSearchParams({
      date: target.dataset.date, startTime: start, resource: target.dataset.resource,
    });
    if (isEnd) query.set("durationMinutes", String(to.length));
    window.location.assign(`${address}?${query}`);
  };

  document.addEventListener("pointerdown", (event) => {
    const item = event.target.closest?.(".calendar [data-move]");
    // A finger scrolls; for it there is the menu.
    if (!item || event.button !== 0 || event.pointerType === "touch") return;
    if (event.target.closest("details")) return;
    const area = item.parentElement;
    const place = placeOf(item);
    drag = {
      item, area, target: area, ...place, to: place,
      classes: item.className,
      next: item.nextSibling,
      isEnd: event.target.classList.contains("end"),
      grabbed: minuteAt(area, event.clientY) - place.top,
      x: event.clientX, y: event.clientY,
      hasBegun: false,
    };
    isClickOfDrag = false;
  });

  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    if (!drag.hasBegun && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < LEAST_PIXELS) return;
    drag.hasBegun = isClickOfDrag = true;
    event.preventDefault();
    move(event);
  });

  document.addEventListener("pointerup", () => {
    if (!drag) return;
    if (drag.hasBegun) drop();
    else drag = null;
  });

  document.addEventListener("pointercancel", end);

  // The press that ended a drag is no click on the link.
  document.addEventListener("click", (event) => {
    if (!isClickOfDrag) return;
    isClickOfDrag = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.(".calendar [data-move]")) event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      end();
      const menu = event.target.closest?.(".calendar details[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.key !== "m" || event.ctrlKey || event.altKey || event.metaKey) return;
    const item = event.target.closest?.("[data-letter-keys] [data-move]");
    if (item) window.location.assign(item.dataset.move);
  });

  // One menu at a time.
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.(".calendar details[open]")) return;
    for (const menu of document.querySelectorAll(".calendar details[open]")) {
      if (menu !== event.target) menu.open = false;
    }
  }, true);

  // What is now is in sight.
  document.addEventListener("DOMContentLoaded", () => {
    const now = document.querySelector(".calendar .now");
    if (!now) return;
    const calendar = now.closest(".calendar");
    calendar.scrollTop = now.offsetTop - calendar.clientHeight / 2;
  });
}
