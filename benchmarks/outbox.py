"""What leaves: how fast it drains, and what bookings feel of receivers that never answer."""

import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.load import expect, one_by_one
from benchmarks.receivers import receiver, taken
from benchmarks.report import Section
from benchmarks.rows import fill_outbox
from benchmarks.starts import Starts
from benchmarks.town import SERVICE, account_file
from journeys.serving import Installation, Server, installed
from journeys.town import Desk, made
from postgresql import running

_HOW = (
    "*Drain*: deliveries that wait for one webhook leave to a receiver in another process on the "
    "same cores; one server and one `openslot worker` deliver. *Beside*: one client reserves and "
    "confirms, a hundred times at a server where nothing waits, a hundred times at one where "
    "{waiting} deliveries and as many mails wait, whose receiver and mail server take every "
    "connection and never answer, and so on; the other server is stopped meanwhile. "
    "*Reminders*: bookings that were just imported get their three reminders each, while somebody "
    "asks for the server's health; a pause of its loop is as long as the longest answer."
)
_BOOKINGS_A_TURN = 100
_WARM_UP_TURNS = 3
_LIMITS = "processor time: a delivery is about one millisecond of Python, half of it the request."


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    whole = seconds > 1
    waiting = 10_000 if whole else 2000
    section = Section("What leaves", _HOW.format(waiting=waiting), _LIMITS)
    queued = 100_000 if whole else 5000
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        _drain(section, "SQLite", Path(folder), None, queued)
    with running(durable=True) as postgresql, TemporaryDirectory() as folder:
        _drain(section, "PostgreSQL", Path(folder), postgresql.make(), queued)
    _beside(section, 15 * times, waiting)
    _reminders(section, 100_000 if whole else 2000)
    return section


def _told(hook: int, **service: Any) -> dict[str, Any]:
    """An account that tells one webhook of everything."""
    account = account_file()
    account["services"][0] |= service
    url = f"http://127.0.0.1:{hook}/hook"
    return {**account, "webhooks": [{"key": "crm", "url": url}]}


@contextmanager
def _installation(
    folder: Path, account: dict[str, Any], database_url: str | None = None
) -> Iterator[Installation]:
    plain = {name: value for name, value in account.items() if name != "webhooks"}
    made = installed(folder, plain, database_url=database_url)
    made.environment["OPENSLOT_WEBHOOK_ALLOWED_NETWORKS"] = "127.0.0.0/8"
    made.apply(account)
    yield made


def _drain(
    section: Section, kind: str, folder: Path, database_url: str | None, queued: int
) -> None:
    with receiver("answer") as port, _installation(folder, _told(port), database_url) as town:
        fill_outbox(town, queued, channels=())
        with town.serving(), _worker(town):
            while not taken(port):
                time.sleep(0.01)
            began, before = time.perf_counter(), taken(port)
            while taken(port) < queued:
                time.sleep(0.1)
            per_second = (queued - before) / (time.perf_counter() - began)
    section.at_least(f"{kind}, {queued} deliveries drain at", per_second, 500, "/s")


@contextmanager
def _worker(town: Installation) -> Iterator[None]:
    command = [*town.program, "worker"]
    with subprocess.Popen(
        command, env=town.environment, cwd=town.folder, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield
        finally:
            process.terminate()


def _beside(section: Section, turns: int, waiting: int) -> None:
    milliseconds: dict[str, list[float]] = {"alone": [], "beside": []}
    with ExitStack() as stack:
        hook, mail = (stack.enter_context(receiver("hang")) for _ in range(2))
        servers, clients = {}, {}
        for name, account in (("alone", account_file()), ("beside", _told(hook))):
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="openslot-bench-")))
            town = stack.enter_context(_installation(folder, account))
            if name == "beside":
                town.environment |= _mail_at(mail)
            fill_outbox(town, waiting, channels=("email",) if name == "beside" else ())
            servers[name] = stack.enter_context(town.serving())
            wire = stack.enter_context(servers[name].wire())
            desk = Desk.at(wire, town.clients["acme", "website"])
            clients[name] = partial(_book, wire, desk, Starts(desk, wire))
        for turn in range(-_WARM_UP_TURNS, turns):
            for name, other in (("alone", "beside"), ("beside", "alone")):
                with _stopped(servers[other]):
                    took = [clients[name]() for _ in range(_BOOKINGS_A_TURN)]
                milliseconds[name] += took if turn >= 0 else []
    alone, beside = (one_by_one(milliseconds[name]) for name in ("alone", "beside"))
    for figure in ("p50_ms", "p99_ms"):
        before, now = getattr(alone, figure), getattr(beside, figure)
        aim, what = 1.2, f"{figure[:3]} of reserve and confirm beside what hangs"
        section.at_most(f"{what} ({now:.2f} ms, alone {before:.2f} ms)", now / before, aim, "×")


@contextmanager
def _stopped(server: Server) -> Iterator[None]:
    """A server that takes nothing of the processor meanwhile."""
    pids = server.pids()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _mail_at(port: int) -> dict[str, str]:
    return {
        "OPENSLOT_SMTP_URL": f"smtp://127.0.0.1:{port}",
        "OPENSLOT_MAIL_FROM": "noreply@example.org",
    }


def _book(wire: Any, desk: Desk, starts: Starts) -> float:
    began = time.perf_counter()
    reserved = made(expect(wire.ask(desk.reserve(SERVICE, next(starts))), 201))
    expect(wire.ask(desk.confirm(reserved)), 201)
    return 1000 * (time.perf_counter() - began)


def _reminders(section: Section, bookings: int) -> None:
    rules = [{"before": "P1D"}, {"before": "PT2H"}, {"before": "P2D", "at": "18:00"}]
    with ExitStack() as stack:
        hang = stack.enter_context(receiver("hang"))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="openslot-bench-")))
        town = stack.enter_context(_installation(folder, _told(hang, reminders=rules)))
        town.environment |= _mail_at(hang)
        fill_outbox(town, bookings, channels=None)
        with town.serving() as server, server.wire() as wire:
            pauses, began = [], time.perf_counter()
            while _is_dispatching(town):
                for _ in range(200):
                    asked = time.perf_counter()
                    expect(wire.get("/health/live"), 200)
                    pauses.append(1000 * (time.perf_counter() - asked))
            seconds = time.perf_counter() - began
    pauses.sort()
    section.add(f"reminders of {bookings} bookings planned in", f"{seconds:.1f} s")
    section.add("an answer beside it, p99", f"{pauses[len(pauses) * 99 // 100]:.1f} ms")
    section.at_most("the longest answer beside it", pauses[-1], 20, "ms")


def _is_dispatching(town: Installation) -> bool:
    """Whether some events have not been given their place yet."""
    with closing(sqlite3.connect(f"file:{town.database}?mode=ro", uri=True)) as database:
        return bool(database.execute("SELECT 1 FROM events WHERE position IS NULL").fetchone())
