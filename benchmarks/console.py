"""The staff console: a day of 500 appointments, a key until its answer, fifty open pages."""

import itertools
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from benchmarks.load import expect
from benchmarks.report import Section
from journeys.console.town_hall import TODAY, TownHall, town_hall
from journeys.wire import Wire, request

_DESKS, _STARTS = 50, 10
_OPEN_PAGES = 50
_EVERY = 5.0  # seconds, a change
_HOW = (
    "One branch with 50 desks and 500 appointments on one day, one server on SQLite. *Today*, "
    "*calendar*: a clerk loads the page of that day again and again on one connection; "
    "*statistics*, *messages*: a planner does so with 28 days of numbers, and with every text. "
    "*Key*: in Chromium, from the key until the row shows the new state. *Open pages*: processor "
    "time of the server while 50 streams are open, first with nothing to tell, then with a change"
    " every five seconds, which each page asks for; the 500 appointments of a day of eight hours "
    "change every fourteen."
)
_LIMITS = "processor time: server, browser and this program share two cores."


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("The console", _HOW, _LIMITS)
    with TemporaryDirectory(prefix="openslot-bench-") as folder, _busy_day(Path(folder)) as hall:
        page = hall.signed_in("Eva")
        for name in ("today", "calendar"):
            _day(section, hall, page, name, 10 * times)
        section.at_most("key until the answer, p95", _keys(page, 20 * times), 100, "ms")
        cookie, watched = _cookie(page), 10.0 * seconds
        page.close()
        planner = hall.signed_in("Piet", "planner")
        for name, path in (("statistics", "statistics"), ("messages", "setup/messages")):
            taken = _loading(hall, planner, path, times)
            section.at_most(f"{name}, p50", taken, 100, "ms")
        planner.close()
        idle, busy = _open_pages(hall, cookie, watched)
        section.at_most("50 open pages, nothing happens", idle, 5, "% of a core")
        section.at_most("50 open pages, a change every five seconds", busy, 5, "% of a core")
    return section


@contextmanager
def _busy_day(folder: Path) -> Iterator[TownHall]:
    with town_hall(folder, counters=_DESKS) as hall:
        for number in range(_DESKS * _STARTS):
            start = 9 * 60 + 30 * (number % _STARTS)
            hall.books(f"Person {number}", f"{start // 60:02}:{start % 60:02}")
        yield hall


def _day(section: Section, hall: TownHall, page: Page, name: str, times: int) -> None:
    path = f"{name}?date={TODAY}"
    with hall.server.wire() as wire:
        sent = _get(f"/console/{path}", _cookie(page))
        shown = expect(wire.ask(sent), 200).body.count(b' data-status="')
    taken = _loading(hall, page, path, times)
    section.at_most(f"{name}, {shown} appointments, p50", taken, 50, "ms")


def _loading(hall: TownHall, page: Page, path: str, times: int) -> float:
    """Milliseconds until a page is there, in half of all times, after a first one."""
    sent = _get(f"/console/{path}", _cookie(page))
    with hall.server.wire() as wire:
        expect(wire.ask(sent), 200)
        return statistics.median(_milliseconds(wire, sent) for _ in range(times))


def _milliseconds(wire: Wire, sent: bytes) -> float:
    began = time.perf_counter()
    expect(wire.ask(sent), 200)
    return 1000 * (time.perf_counter() - began)


def _keys(page: Page, times: int) -> float:
    """Milliseconds from a key on a row until its new state is on the page."""
    page.reload()
    page.evaluate(_WATCH)
    page.locator("tr[data-status=CONFIRMED]").first.focus()
    taken = []
    for number in range(times):
        page.keyboard.press("az"[number % 2])
        page.wait_for_function("count => window.answered.length > count", arg=number)
        taken.append(page.evaluate("window.answered.at(-1)"))
    return statistics.quantiles(taken, n=20)[-1]


_WATCH = """() => {
  window.answered = [];
  let pressed = 0;
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver((changes) => {
    const rows = changes.flatMap((change) => [...change.addedNodes]);
    if (pressed && rows.some((node) => node.matches?.("tr[data-status]"))) {
      requestAnimationFrame(() => {
        if (pressed) window.answered.push(performance.now() - pressed);
        pressed = 0;
      });
    }
  }).observe(document.getElementById("day"), { childList: true, subtree: true });
}"""


def _open_pages(hall: TownHall, cookie: str, seconds: float) -> tuple[float, float]:
    """Per cent of a core while pages look on: at rest, and with a change every second."""
    branch = hall.id("branches", "centre")
    streams = [hall.server.wire() for _ in range(_OPEN_PAGES)]
    for stream in streams:
        stream.send(_get(f"/console/events?branch={branch}&date={TODAY}", cookie))
    time.sleep(2)  # what a stream says in a minute fits into the buffers of its connection
    idle = _share(hall, seconds)
    id_ = hall.books("Somebody Else", "17:00")
    began = time.monotonic()
    before = hall.server.cpu_seconds()
    rows = _get(f"/console/today/rows?branch={branch}&date={TODAY}&appointments={id_}", cookie)
    with hall.server.wire() as wire:
        for act in itertools.islice(itertools.cycle(("arrive", "undo")), int(seconds / _EVERY)):
            hall.acts(id_, act)
            for _ in range(_OPEN_PAGES):
                expect(wire.ask(rows), 200)
            time.sleep(_EVERY)
    busy = 100 * (hall.server.cpu_seconds() - before) / (time.monotonic() - began)
    for stream in streams:
        stream.close()
    return idle, busy


def _share(hall: TownHall, seconds: float) -> float:
    before = hall.server.cpu_seconds()
    time.sleep(seconds)
    return 100 * (hall.server.cpu_seconds() - before) / seconds


def _cookie(page: Page) -> str:
    return "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())


def _get(path: str, cookie: str) -> bytes:
    return request("GET", path, headers={"Cookie": cookie, "Accept-Language": "en"})
