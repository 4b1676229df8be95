"""One account against ten thousand: what the others cost an account that does nothing with them."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.load import Load, expect, interleaved, p50, rate, run
from benchmarks.report import Section
from benchmarks.town import account_file
from journeys.serving import Installation, Server, installed
from journeys.town import token_request
from openslot import settings
from openslot.app import open_app
from openslot.database import open_database
from openslot.identity import accounts
from openslot.storage.transactions import SystemTx
from openslot.worker import signing_keys, upkeep
from postgresql import running

_HOW = (
    "The same account alone, and beside 9 999 others; both servers run side by side and are asked "
    "in turns. *Start*: from the command to a server that is ready. *Token*: client_credentials "
    "with HTTP Basic, 8 connections. *Upkeep*: what the background loop does once a minute when "
    "nothing is past its time, and how long the event loop answers nobody meanwhile."
)
_LIMITS = (
    "what other programs on the same two cores do: a start is most of a second of Python's, and "
    "a token a fraction of a millisecond."
)
_MANY = 10_000
_CLIENTS = 8
_STARTS = 5
_BEAT_SECONDS = 0.001
_DOCUMENT = {
    "title": "A town",
    "locales": ["en_US"],
    "settings": {"accessTokenAlgorithm": "ES256", "retentionDays": 365},
}


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("Ten thousand accounts", _HOW, _LIMITS)
    with running(durable=True) as postgresql:
        postgresql.begin()
        for kind in ("SQLite", "PostgreSQL"):
            with ExitStack() as stack:
                installations = {}
                for count in (1, _MANY):
                    url = postgresql.make() if kind == "PostgreSQL" else None
                    installations[count] = stack.enter_context(_installation(count, url))
                _starts(section, kind, installations)
                _tokens(section, kind, installations, times, seconds)
                _upkeep(section, kind, installations[_MANY])
    return section


@contextmanager
def _installation(count: int, url: str | None) -> Iterator[Installation]:
    """One with so many accounts, of which acme has a client."""
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        installation = installed(Path(folder), account_file(), database_url=url)
        asyncio.run(_fill(installation, count - 1))
        yield installation


async def _fill(installation: Installation, count: int) -> None:
    def work(tx: SystemTx) -> None:
        for number in range(count):
            accounts.create(tx, f"town-{number}", _DOCUMENT, sandbox=False)

    database = open_database(settings.load(installation.environment))
    await database.write_system("benchmarks", work)
    await database.close()


def _starts(section: Section, kind: str, installations: dict[int, Installation]) -> None:
    took: dict[int, list[float]] = {count: [] for count in installations}
    for _ in range(_STARTS):
        for count, installation in installations.items():
            with installation.serving() as server:
                took[count].append(server.seconds_to_ready)
    one, many = median(took[1]), median(took[_MANY])
    section.add(f"{kind}: start with one account", f"{one:.2f} s")
    section.at_most(f"{kind}: start with 10 000, against one", many / one, 1.1, "×")


def _tokens(
    section: Section,
    kind: str,
    installations: dict[int, Installation],
    times: int,
    seconds: int,
) -> None:
    with ExitStack() as stack:
        servers: dict[int, tuple[Server, bytes]] = {}
        for count, installation in installations.items():
            server = stack.enter_context(installation.serving())
            request = token_request(installation.clients["acme", "website"])
            with server.wire() as wire:
                expect(wire.ask(request), 200)
            run(server.port, _CLIENTS, 1, request)  # warms up
            servers[count] = (server, request)

        def ask(count: int) -> Load:
            server, request = servers[count]
            return run(server.port, _CLIENTS, seconds, request)

        loads = interleaved({"one": lambda: ask(1), "many": lambda: ask(_MANY)}, times)
    section.add(f"{kind}: tokens with one account", f"{rate(loads['one']):.0f} /s")
    section.at_most(
        f"{kind}: token with 10 000, against one, p50",
        p50(loads["many"]) / p50(loads["one"]),
        1.1,
        "×",
    )


def _upkeep(section: Section, kind: str, installation: Installation) -> None:
    rounds, longest = asyncio.run(_rounds(installation))
    section.at_most(f"{kind}: a round of upkeep over 10 000", median(rounds), 5, "s")
    section.at_most(
        f"{kind}: the longest pause of the loop in it", 1000 * median(longest), 20, "ms"
    )


async def _rounds(installation: Installation) -> tuple[list[float], list[float]]:
    """How long rounds take, and each one's longest pause, in seconds."""
    app = await open_app(settings.load(installation.environment))
    rounds, longest = [], []
    for _ in range(_STARTS):
        pauses: list[float] = []
        beating = asyncio.create_task(_beat(pauses))
        await asyncio.sleep(10 * _BEAT_SECONDS)
        began = time.perf_counter()
        await signing_keys.tend_signing_keys(app)
        await upkeep.delete_expired(app)
        rounds.append(time.perf_counter() - began)
        beating.cancel()
        longest.append(max(pauses))
    await app.close()
    return rounds, longest


async def _beat(pauses: list[float]) -> None:
    """Notes how much later than it wanted to it came to run."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_BEAT_SECONDS)
        pauses.append(time.perf_counter() - began - _BEAT_SECONDS)
