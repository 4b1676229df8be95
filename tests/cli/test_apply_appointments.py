"""`openslot apply` over appointments: which of their times is kept, and how many no longer fit."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from openslot.identity import accounts
from openslot.kernel.actor import Actor
from openslot.kernel.clock import minute_of
from openslot.scheduling.booking import appointments, reservations
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_PROGRAM
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.store import appointments as store
from openslot.storage.sqlite.database import SqliteDatabase
from openslot.storage.transactions import AccountTx, SystemTx

from .conftest import Operator
from .files import account_file
from .running import on

pytestmark = pytest.mark.slow

ADA = AppointmentDetails(
    Customer("ABCDEFGHIJ", "Ada", "Lovelace", "ada@example.org", None, None),
    NEEDS_OF_PROGRAM,
    (),
    None,
    "api",
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ZONE = "Europe/Amsterdam"


def file(zone: str = ZONE, opens: str = "09:00") -> str:
    """The account's file, its branch open every day until six."""
    hours = ", ".join(f'{{day: {day}, opens: "{opens}", closes: "18:00"}}' for day in DAYS)
    return account_file("acme").replace(
        f"timeZone: {ZONE}", f"timeZone: {zone}, openingHours: [{hours}]"
    )


def day_to_come() -> date:
    """Far enough from now, and within the horizon."""
    return datetime.now(UTC).date() + timedelta(days=10)


def with_acme(operator: Operator, work: Any) -> Any:
    """Runs an operation on the account."""

    def account_id(tx: SystemTx) -> str:
        (found,) = [a.id for a in accounts.all_accounts(tx) if a.name == "acme"]
        return str(found)

    async def run(database: SqliteDatabase) -> Any:
        return await database.write(await database.read_system("a test", account_id), work)

    return on(operator.database, run)


def book(operator: Operator, *hours: int) -> None:
    """Books some whole hours of Amsterdam."""

    def work(tx: AccountTx) -> None:
        actor = Actor(tx.account.id, "client", "website", frozenset())
        [branch] = current_catalogue(tx).branches
        [service] = current_catalogue(tx).services
        for hour in hours:
            start = datetime.combine(day_to_come(), datetime.min.time(), ZoneInfo(ZONE))
            wanted = SlotRequest(branch, (service,), 1, minute_of(start + timedelta(hours=hour)))
            held = reservations.reserve(tx, actor, wanted, NO_KEY, 0)
            appointments.confirm(tx, actor, held.id, ADA, NO_KEY)

    with_acme(operator, work)


def booked(operator: Operator) -> list[tuple[str, bool]]:
    """The local start of every appointment, and whether it is marked as stranded."""
    every = with_acme(operator, lambda tx: store.claiming(tx, ("", 0, ""), 100))
    return sorted((one.wall_start.partition("T")[2], one.conflicted) for one in every)


@pytest.fixture
def busy(newcomer: Operator) -> Operator:
    """An operator whose account has two appointments to come, at nine and at eleven."""
    newcomer.runs("migrate")
    newcomer.runs("apply", newcomer.writes("acme.yaml", file()))
    book(newcomer, 9, 11)
    return newcomer


def test_it_says_how_many_no_longer_fit(busy: Operator) -> None:
    later = busy.writes("later.yaml", file(opens="10:00"))
    dry = busy.runs("apply", later, "--dry-run")
    assert dry.stdout == (
        "acme: branch centre would be changed\nacme: 1 appointment would no longer fit\n"
    )
    assert booked(busy) == [("09:00", False), ("11:00", False)]
    done = busy.runs("apply", later)
    assert done.stdout == "acme: branch centre changed\nacme: 1 appointment no longer fits\n"
    assert booked(busy) == [("09:00", True), ("11:00", False)]


def test_of_several_and_of_none(busy: Operator) -> None:
    shut = busy.writes("shut.yaml", file(opens="17:00"))
    assert (
        "acme: 2 appointments would no longer fit\n" in busy.runs("apply", shut, "--dry-run").stdout
    )
    [answer] = busy.asks("apply", shut)["accounts"]
    assert len(answer["stranded"]) == 2
    assert "fit" not in busy.runs("apply", busy.writes("acme.yaml", file())).stdout
    assert booked(busy) == [("09:00", False), ("11:00", False)]


def test_another_zone_needs_a_choice(busy: Operator) -> None:
    moved = busy.writes("moved.yaml", file("America/New_York"))
    refused = busy.runs("apply", moved, code=1)
    assert "appointments" in refused.stderr
    assert refused.stdout == ""
    assert booked(busy) == [("09:00", False), ("11:00", False)]


def test_keeping_the_wall_time_moves_them(busy: Operator) -> None:
    moved = busy.writes("moved.yaml", file("America/New_York"))
    done = busy.runs("apply", moved, "--appointments", "keep-wall-time")
    assert done.stdout == "acme: branch centre changed\n"
    assert booked(busy) == [("09:00", False), ("11:00", False)]
    every = with_acme(busy, lambda tx: store.claiming(tx, ("", 0, ""), 100))
    starts = sorted(one.placement.start for one in every)
    there = datetime.combine(day_to_come(), datetime.min.time(), ZoneInfo("America/New_York"))
    assert starts == [minute_of(there + timedelta(hours=hour)) for hour in (9, 11)]


def test_keeping_the_instant_leaves_them_when_it_is_night(busy: Operator) -> None:
    before = with_acme(busy, lambda tx: store.claiming(tx, ("", 0, ""), 100))
    moved = busy.writes("moved.yaml", file("America/New_York"))
    done = busy.runs("apply", moved, "--appointments", "keep-instant")
    assert "acme: 2 appointments no longer fit\n" in done.stdout
    after = with_acme(busy, lambda tx: store.claiming(tx, ("", 0, ""), 100))
    assert [one.placement for one in after] == [one.placement for one in before]
    assert [one.conflicted for one in after] == [True, True]


def test_a_choice_that_is_none_is_wrong_use(busy: Operator) -> None:
    wrong = busy.runs("apply", busy.writes("a.yaml", file()), "--appointments", "keep", code=2)
    assert "keep-instant" in wrong.stderr
