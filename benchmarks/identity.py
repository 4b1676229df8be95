"""Identity beside the plain token: checking one, refreshing one, many of them, and a flood."""

import asyncio
import socket
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from benchmarks.load import Run, expect, p99, rate, run
from benchmarks.report import Section
from benchmarks.town import town
from journeys.delegation import APP, Holder, holder
from journeys.serving import Credentials, Installation, Server, installed
from journeys.town import account_file, token, token_request
from journeys.wire import Wire, all_at_once
from openslot.app import open_app
from openslot.identity.tokens.access_tokens import TokenReader
from openslot.settings import Settings
from openslot.storage.transactions import SystemTx
from openslot.web.http.callers import bearer
from openslot.web.http.callers.dpop import SeenProofs
from openslot.web.server import RequestState

_HOW = (
    "*Tokens*: client_credentials, 32 connections. *Bearer*: in process, the median time of a "
    "transaction that reads nothing, with and without the check of a token that was seen before. "
    "*Flood*: 16 connections send wrong secrets as fast as they get answers, from another address "
    "than one good client, which asks for a token 100 times a second. *Refreshes*: 16 families, "
    "each of whose requests uses the token of the one before, by clients in Python on the same "
    "cores; each refresh is a write that is on the disk before it is answered. *Rows and memory*: "
    "tokens of one client, one after the other; what the process holds is RSS after the first "
    "tenth and at the end."
)
_LIMITS = (
    "the flood, the clients and two workers share two cores: a good request waits for as many "
    "others as there are connections, and a second worker takes the time that wrk has."
)
_FAMILIES = 16
_OTHER_ADDRESS = "127.0.0.2"
_A_WHY = "a benchmark"


def measure(times: int, seconds: int) -> Section:
    """Runs the subject."""
    section = Section("Identity", _HOW, _LIMITS)
    with town() as installation:
        client = installation.clients["acme", "website"]
        _tokens(section, installation, client, times, seconds)
        _bearer(section, installation, client)
        _flood(section, installation, client, times, seconds)
        _rows_and_memory(section, installation, client, 1_000_000 if seconds > 1 else 30_000)
    with town() as other:
        _refreshes(section, other.folder, 300 * seconds)
    return section


def _tokens(
    section: Section, installation: Installation, client: Credentials, times: int, seconds: int
) -> None:
    rates = {}
    for workers in (1, 2):
        with installation.serving(workers=workers) as server:
            asked = token_request(client)
            run(server.port, 32, 1, asked)
            loads = [run(server.port, 32, seconds, asked) for _ in range(times)]
            rates[workers] = rate(loads)
            text = f"{rates[workers]:.0f} /s, p99 {p99(loads):.1f} ms"
            section.add(f"tokens, {workers} worker{'s' * (workers > 1)}", text)
    section.add("two workers against one", f"{rates[2] / rates[1]:.2f} ×")


def _bearer(section: Section, installation: Installation, client: Credentials) -> None:
    with installation.serving() as server, server.wire() as wire:
        text = token(wire, client)
    settings = Settings(
        database_url=installation.environment["OPENSLOT_DATABASE_URL"],
        master_key=installation.environment["OPENSLOT_MASTER_KEY"],
    )
    plain, checked = asyncio.run(_checking(settings, text.encode()))
    section.add("bearer: the transaction alone, p50", f"{plain:.4f} ms")
    section.add("bearer: with the check, p50", f"{checked:.4f} ms")
    section.at_most("bearer: what the check adds", checked - plain, 0.1, "ms")


async def _checking(settings: Settings, text: bytes) -> tuple[float, float]:
    """Milliseconds of a transaction that does nothing, and of one that checks a token."""
    app = await open_app(settings)
    reader, seen = TokenReader(app.keys, app.settings.public_url), SeenProofs()
    scope: dict[str, Any] = {
        "method": "GET",
        "raw_path": b"/external/v1/services",
        "headers": [(b"host", b"x"), (b"authorization", b"Bearer " + text)],
        "state": RequestState("00000000-0000-7000-8000-000000000000"),
    }

    def nothing(tx: SystemTx) -> None:
        pass

    def check(tx: SystemTx) -> None:
        bearer.actor(tx, reader, seen, scope)

    taken: dict[Callable[[SystemTx], None], list[float]] = {nothing: [], check: []}
    for turn in range(6_000):
        for work, times in taken.items():
            began = time.perf_counter()
            await app.database.read_system(_A_WHY, work)
            if turn >= 1_000:
                times.append((time.perf_counter() - began) * 1000)
    await app.close()
    return statistics.median(taken[nothing]), statistics.median(taken[check])


def _flood(
    section: Section, installation: Installation, client: Credentials, times: int, seconds: int
) -> None:
    good = token_request(client)
    wrong = token_request(Credentials(client.account, client.client_id, "osk_" + "0" * 49))
    unlimited = {
        "wrong_secrets_per_minute_and_client": "0",
        "wrong_secrets_per_minute_and_address": "0",
    }
    for name, limits in (("throttled", {}), ("each compared", unlimited)):
        with installation.serving(**limits) as server:
            idle, flooded, floods = [], [], []
            for _ in range(times):
                idle += _latencies(server, good, seconds)
                flood = Run(server.port, 16, seconds + 1, wrong)
                time.sleep(0.3)
                flooded += _latencies(server, good, seconds)
                floods.append(flood.result(refused=True))
        quiet, loud = (statistics.quantiles(values, n=20)[-1] for values in (idle, flooded))
        section.add(f"flood, {name}: good client alone, p95", f"{quiet:.2f} ms")
        section.add(f"flood, {name}: wrong secrets beside it", f"{rate(floods):.0f} /s")
        section.at_most(f"flood, {name}: good client's p95 against alone", loud / quiet, 5, "×")


def _latencies(server: Server, content: bytes, seconds: int) -> list[float]:
    """Milliseconds of single requests from another address, a hundredth of a second apart."""
    taken = []
    with _Elsewhere(server.port) as wire:
        for _ in range(100 * seconds):
            began = time.perf_counter()
            expect(wire.ask(content), 200)
            taken.append((time.perf_counter() - began) * 1000)
            time.sleep(0.01)
    return taken


class _Elsewhere(Wire):
    """A connection from another address of this machine."""

    def _connect(self) -> None:
        super()._connect()
        self._socket.close()
        self._socket = socket.create_connection(
            ("127.0.0.1", self._port), 20, source_address=(_OTHER_ADDRESS, 0)
        )
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _rows_and_memory(
    section: Section, installation: Installation, client: Credentials, wanted: int
) -> None:
    asked = token_request(client)
    with installation.serving() as server:
        made = run(server.port, 8, 2, asked).requests
        while made < wanted // 10:
            made += run(server.port, 8, 1, asked).requests
        rows, before = _rows(installation.database), server.resident_kib()
        since = 0
        while since < wanted:
            since += run(server.port, 8, 2, asked).requests
        after = server.resident_kib()
    section.at_most(f"{since} tokens add", _rows(installation.database) - rows, 0, "rows")
    section.add("memory before and after", f"{before / 1024:.1f} / {after / 1024:.1f} MiB")
    section.at_most("growth", max(0.0, 100 * (after / before - 1)), 1, "%")


def _rows(database: Path) -> int:
    """How many rows there are in all tables."""
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = [name for (name,) in tables.fetchall()]
        counts = [connection.execute(f'SELECT count(*) FROM "{name}"') for name in names]  # noqa: S608
        return sum(count.fetchone()[0] for count in counts)


def _refreshes(section: Section, folder: Path, rounds: int) -> None:
    town_with_app = account_file()
    town_with_app["clients"].append(APP)
    place = folder / "refreshes"
    place.mkdir()
    installation = installed(place, town_with_app)
    user = holder(installation)
    for workers in (1, 2):
        with installation.serving(workers=workers) as server:
            per_second = _refreshing(server, user, rounds)
        section.add(f"refreshes, {workers} worker{'s' * (workers > 1)}", f"{per_second:.0f} /s")


def _refreshing(server: Server, user: Holder, rounds: int) -> float:
    with ExitStack() as stack:
        wires = [stack.enter_context(server.wire()) for _ in range(_FAMILIES)]
        answers = all_at_once(wires, [user.redemption(code) for code in user.codes(_FAMILIES)])
        began = 0.0
        for turn in range(rounds + 50):
            if turn == 50:
                began = time.perf_counter()
            tokens = [expect(answer, 200).json()["refresh_token"] for answer in answers]
            answers = all_at_once(wires, [user.refreshing(text) for text in tokens])
        return rounds * _FAMILIES / (time.perf_counter() - began)
