"""Changing the catalogue: applying an account, and new hours over a million appointments."""

import asyncio
import copy
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.report import Section
from openslot.account_file.apply import apply
from openslot.account_file.checking import check
from openslot.identity.accounts import all_accounts
from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.kernel.ids import new_id
from openslot.scheduling.catalogue import changes
from openslot.scheduling.catalogue.changes import Outcome
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CONFIRMED, Appointment
from openslot.scheduling.model.claim import Claim
from openslot.scheduling.model.day_sheet import Sheet
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.zones import wall_time
from openslot.scheduling.store import appointments, day_sheets
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.transactions import AccountTx

_HOW = (
    "In process, on a file. *Apply*: an account file of 50 branches, 200 services and 1 000 "
    "resources, for the first time and again. *Hours*: one branch with 100 desks and a million "
    "appointments to come; the time until the list of those who no longer fit is there, and they "
    "are marked."
)
_LIMITS = "Reading the rows of appointments that no longer fit, and writing their marks."
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DESKS = 100
_MANY = 20_000


def measure(times: int, seconds: int) -> Section:
    """Runs the subject; a quick round has fewer appointments."""
    section = Section("Changing the catalogue", _HOW, _LIMITS)
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        asyncio.run(_applying(section, Path(folder) / "apply.db", times))
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        days = 417 if seconds > 1 else 42
        asyncio.run(_changing_hours(section, Path(folder) / "hours.db", times, days))
    return section


async def _applying(section: Section, path: Path, times: int) -> None:
    first, again = [], []
    for turn in range(times):
        database = SqliteDatabase(path.with_suffix(f".{turn}"))
        await database.migrate()
        keys = await PurposeKeys.load(database, b"p" * 32)
        for taken in (first, again):
            began = time.perf_counter()
            await apply(database, keys, check(_file(50, 200, 20)))
            taken.append(time.perf_counter() - began)
        await database.close()
    section.at_most("apply, the first time", statistics.median(first), 5, "s")
    section.at_most("apply, unchanged", statistics.median(again), 1, "s")


def _file(branches: int, services: int, desks: int) -> dict[str, Any]:
    keys = [f"branch-{n}" for n in range(branches)]
    hours = [{"day": day, "opens": "08:00", "closes": "20:00"} for day in _DAYS]
    at_desk = {"durationMinutes": 30, "slotStepMinutes": 15, "horizonDays": 730}
    return {
        "account": "acme",
        "name": "Acme",
        "branches": [
            {"key": key, "name": key, "timeZone": "Europe/Amsterdam", "openingHours": hours}
            for key in keys
        ],
        "services": [
            {"key": f"s-{n}", "name": "S", **at_desk, "resourceTypes": ["desk"], "branches": keys}
            for n in range(services)
        ],
        "resources": [
            {
                "key": f"{key}-{n}",
                "branch": key,
                "name": f"Desk {n}",
                "type": "desk",
                "services": [f"s-{m}" for m in range(services)],
            }
            for key in keys
            for n in range(desks)
        ],
    }


async def _changing_hours(section: Section, path: Path, times: int, days: int) -> None:
    database = SqliteDatabase(path)
    await database.migrate()
    keys = await PurposeKeys.load(database, b"p" * 32)
    await apply(database, keys, check(_file(1, 1, _DESKS)))
    (account,) = await database.read_system("benchmarks", all_accounts)
    first = datetime.now(UTC).date() + timedelta(days=2)
    booked = 0
    for day in range(days):
        booked += await database.write(account.id, _book, first + timedelta(days=day))
    section.add("appointments", f"{booked}")
    holiday = str(first + timedelta(days=40))
    cases: dict[str, Callable[[dict[str, Any]], None]] = {
        "half an hour less on Mondays": lambda d: d["openingHours"][0].update(closes="19:30"),
        "one date closed": lambda d: d.update(overrides=[{"date": holiday, "closed": True}]),
        "half an hour less every day": _close_earlier,
    }
    for what, change in cases.items():
        taken, given_back, stranded = [], [], 0
        for _ in range(times):
            began = time.perf_counter()
            outcome = await database.write(account.id, _change, change)
            taken.append(time.perf_counter() - began)
            stranded = len(outcome.without_place)
            began = time.perf_counter()
            await database.write(account.id, _change, lambda document: None)
            given_back.append(time.perf_counter() - began)
        rows = {f"{what}, {stranded} stranded": taken, "… and back, all fit again": given_back}
        for row, seconds in rows.items():
            if stranded < _MANY:
                section.at_most(row, statistics.median(seconds), 1, "s")
            else:  # most of it is writing that many rows
                section.add(row, f"{statistics.median(seconds):.2f} s")
    await database.close()


def _close_earlier(document: dict[str, Any]) -> None:
    for hours in document["openingHours"]:
        hours["closes"] = "19:30"


def _change(tx: AccountTx, change: Callable[[dict[str, Any]], None]) -> Outcome:
    document = copy.deepcopy(_file(1, 1, _DESKS)["branches"][0])
    key = document.pop("key")
    change(document)
    actor = Actor(tx.account.id, "operator", "operator", frozenset())
    return changes.put(tx, actor, "branch", key, document)


def _book(tx: AccountTx, day: date) -> int:
    """Fills a day of every desk."""
    of_account = current_catalogue(tx)
    (branch,) = of_account.branches.values()
    (service,) = of_account.services.values()
    [(begin, end)] = branch.timetable.periods_on(day, branch.zone)
    count = 0
    for resource in of_account.resources_at(branch):
        of_day: dict[int, list[Claim]] = {}
        for start in range(begin, end, 30):
            placement = Placement(
                branch.id, start, start + 30, 0, 0, 1, 1, (service.id,), (resource.id,)
            )
            appointment = Appointment(
                id=new_id(),
                client_id="benchmark",
                status=CONFIRMED,
                version=1,
                created_at=tx.now,
                updated_at=tx.now,
                wall_start=wall_time(start, branch.zone),
                time_zone=branch.time_zone,
                override=False,
                conflicted=False,
                identifier="1234567890",
                customer={"firstName": "Noor", "lastName": "Visser", "email": "noor@example.org"},
                answers=[],
                notes=None,
                placement=placement,
                reference=None,
                origin="api",
                language=None,
                customer_id=None,
                particulars=None,
            )
            appointments.insert(tx, appointment)
            count += 1
            of_day.setdefault(start // MINUTES_PER_DAY, []).append(
                placement.booked_as(appointment.id)
            )
        for utc_day, claims in of_day.items():
            day_sheets.put(tx, branch.id, resource.id, Sheet.of(utc_day, claims))
    return count


if __name__ == "__main__":
    from benchmarks.report import table

    print(table(measure(3, 4)))
