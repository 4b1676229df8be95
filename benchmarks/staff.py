"""The staff's day: pages of appointments after years, a busy calendar, a year's block."""

import asyncio
import random
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.load import expect
from benchmarks.report import Section
from benchmarks.rows import fill
from benchmarks.town import SERVICE, account_file
from journeys.serving import Installation, installed
from journeys.town import Desk
from journeys.wire import Wire, request
from openslot import settings
from openslot.database import open_database
from openslot.identity.accounts import all_accounts
from openslot.kernel.actor import Actor
from openslot.kernel.scopes import ADMIN_WRITE, APPOINTMENTS_MANAGE, BOOK
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import ARRIVED
from openslot.scheduling.store import appointments
from openslot.storage.transactions import AccountTx

_HOW = (
    "One branch with 50 desks, 720 appointments on each desk in the next 31 days, a million "
    "altogether, nearly all of them CONFIRMED. *First page*: 50 appointments, the median. "
    "*Calendar*: the day of the branch. *Block*: 366 days of one desk, given back again. "
    "*Statistics*: of the next 31 days, and the longest that another connection waited for "
    "`/health/live` meanwhile."
)
_LIMITS = (
    "a page by two conditions reads the rows of one until it has fifty that meet the other, so "
    "the slowest is one that nothing meets: it reads all of a desk's appointments."
)
_DESKS = 50


def measure(times: int, seconds: int) -> Section:
    """Runs the subject; a quick round has fewer appointments."""
    section = Section("The staff's day", _HOW, _LIMITS)
    each = 20_000 if seconds > 1 else 1_000
    first = datetime.now(UTC).date() + timedelta(days=2)
    with _town() as installation:
        fill(installation, first, each)
        ids = _rarities(installation)
        with installation.serving() as server, server.wire() as wire:
            desk = Desk.at(wire, installation.clients["acme", "staff"])
            for name, query in _queries(desk, ids, first).items():
                asked = _get(f"/appointments?{query}", desk.token)
                section.at_most(f"first page, {name}", _median(wire, asked, 10 * times), 10, "ms")
            day = first + timedelta(days=10)
            asked = _get(f"/calendar?branch={desk.branch}&date={day}", desk.token)
            section.at_most("calendar of a day", _median(wire, asked, 10 * times), 20, "ms")
            section.add("calendar, the answer", f"{len(wire.ask(asked).body) // 1000} kB")
            _block_a_year(section, wire, desk.token, ids["spare"], times)
            asked = _get(f"/statistics?from={first}&to={first + timedelta(30)}", desk.token)
            with server.wire() as other:
                _counting(section, wire, other, asked, times)
        installation.verify()
    return section


@contextmanager
def _town() -> Iterator[Installation]:
    file = account_file()
    desks = [{**file["resources"][0], "key": f"desk-{n}"} for n in range(_DESKS)]
    client = {**file["clients"][0], "key": "staff"}
    client["scopes"] = [BOOK, APPOINTMENTS_MANAGE, ADMIN_WRITE]
    spare = {**file["services"][0], "key": "spare", "name": "Spare", "resourceTypes": ["spare"]}
    other = {**desks[0], "key": "spare", "type": "spare", "services": ["spare"], "active": False}
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        yield installed(
            Path(folder),
            {
                **file,
                "services": [*file["services"], spare],
                "resources": [*desks, other],
                "clients": [client],
            },
        )


def _rarities(installation: Installation) -> dict[str, str]:
    """Gives a few of the appointments a rare state and mark; returns ids to filter by."""

    def change(tx: AccountTx) -> dict[str, str]:
        every = appointments.claiming(tx, "", 60_000)
        actor = Actor(tx.account.id, "operator", "benchmark", frozenset())
        for one in random.Random(4).sample(every, 20):
            staff.take_step(tx, actor, one.id, ARRIVED, lambda _: True, NO_KEY)
        few = [one.id for one in random.Random(5).sample(every, 20)]
        appointments.set_conflicted(tx, few, conflicted=True)
        resources = current_catalogue(tx).resources.values()
        spare = next(resource.id for resource in resources if resource.type == "spare")
        return {"resource": every[0].placement.resource_ids[0], "spare": spare}

    async def work() -> dict[str, str]:
        database = open_database(settings.load(installation.environment))
        (account,) = await database.read_system("benchmarks", all_accounts)
        found = await database.write(account.id, change)
        await database.close()
        return found

    return asyncio.run(work())


def _queries(desk: Desk, ids: dict[str, str], first: date) -> dict[str, str]:
    service, spare = desk.services[SERVICE], desk.services["spare"]
    branch = f"branch={desk.branch}"
    return {
        "all": "",
        "branch": branch,
        "service": f"service={service}",
        "resource": f"resource={ids['resource']}",
        "a common state": "status=CONFIRMED",
        "a rare state": "status=ARRIVED",
        "a state of nobody": "status=NO_SHOW",
        "a rare state of a branch": f"{branch}&status=ARRIVED",
        "a state of nobody at a resource": f"resource={ids['resource']}&status=NO_SHOW",
        "stranded": "stranded=true",
        "not stranded": "stranded=false",
        "a service nobody books": f"service={spare}",
        "a service nobody books at a branch": f"{branch}&service={spare}",
        "a resource without the service": f"resource={ids['resource']}&service={spare}",
        "a day of a branch": f"{branch}&from={first}&to={first + timedelta(days=1)}",
        "a day": f"from={first}T00:00Z&to={first + timedelta(days=1)}T00:00Z",
    }


def _block_a_year(section: Section, wire: Wire, token: str, resource: str, times: int) -> None:
    path = f"/admin/v1/resources/{resource}/blocks"
    body: dict[str, Any] = {"startTime": "2040-01-01T00:00Z", "endTime": "2041-01-01T00:00Z"}
    made, gone = [], []
    for _ in range(times):
        began = time.perf_counter()
        block = expect(wire.ask(request("POST", path, token=token, body=body)), 201).json()
        made.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        expect(wire.ask(request("DELETE", f"{path}/{block['id']}", token=token)), 204)
        gone.append((time.perf_counter() - began) * 1000)
    section.at_most("a block of 366 days", statistics.median(made), 50, "ms")
    section.at_most("giving it back", statistics.median(gone), 50, "ms")


def _counting(section: Section, wire: Wire, other: Wire, asked: bytes, times: int) -> None:
    """Asks for statistics on one connection while another looks whether the server is there."""
    waited: list[float] = []
    answered = threading.Event()

    def look() -> None:
        while not answered.is_set():
            waited.append(_median(other, request("GET", "/health/live"), 1))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        section.add("statistics of a month", f"{_median(wire, asked, times):.0f} ms")
    finally:
        answered.set()
        looking.join()
    section.at_most("the longest wait meanwhile", max(waited), 20, "ms")


def _get(path: str, token: str) -> bytes:
    return request("GET", f"/admin/v1{path}", token=token)


def _median(wire: Wire, asked: bytes, times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        answer = wire.ask(asked)
        taken.append((time.perf_counter() - began) * 1000)
        expect(answer, 200)
    return statistics.median(taken)
