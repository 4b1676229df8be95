"""Starts from memory are those without it, and only what has changed is read and computed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from openslot.scheduling.availability.availability import run
from openslot.scheduling.views import bookable_starts, listings
from openslot.scheduling.views.listings import SlotListingQuery
from openslot.storage.connection import Connection, Row
from openslot.storage.transactions import AccountTx, open_account
from openslot.storage.version_cache import VersionCache

from .office import Office, at, ms

MONDAY = date(2027, 1, 4)
WEEK = {"first": MONDAY, "last": MONDAY + timedelta(days=7)}


class Counting:
    """A connection that counts the rows of each query."""

    locks = None

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.counts: list[tuple[str, int]] = []

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Sequence[Row]:
        rows = self._connection.rows(text, parameters)
        self.counts.append((text, len(rows)))
        return rows

    @property
    def sheets(self) -> list[int]:
        """The rows of each query that read sheets."""
        return [count for text, count in self.counts if "claims FROM day_sheets" in text]


def wish(office: Office, **more: Any) -> SlotListingQuery:
    """A listing of a week of the service that one desk offers."""
    fields = WEEK | more
    ids = office.ids
    return SlotListingQuery(ids["branch", "centre"], (ids["service", "strict"],), **fields)


def starts(tx: AccountTx, office: Office, **more: Any) -> list[int]:
    """The bookable starts."""
    taken = listings.snapshot(tx, office.actor, wish(office, **more))
    return list(run(bookable_starts.bookable_starts(bookable_starts.read(tx, taken))))


def remembered(office: Office, **more: Any) -> list[int]:
    """The bookable starts, as a server that lists again and again gives them."""
    return office.do(starts, office, **more)


def forgotten(office: Office, **more: Any) -> list[int]:
    """The bookable starts, as a server gives them that has just started."""

    def read(tx: AccountTx) -> list[int]:
        tx.version_cache = VersionCache()
        return starts(tx, office, **more)

    return office.do(read)


def counted(office: Office) -> Counting:
    """What a listing of the week reads."""

    def read(tx: AccountTx) -> Counting:
        counting = Counting(tx._connection)
        counted_tx = open_account(
            counting,  # type: ignore[arg-type]
            tx.account.id,
            tx.real_now,
            tx.version_cache,
            writes=False,
        )
        starts(counted_tx, office)
        return counting

    return office.do(read)


def test_whatever_changes_starts_from_memory_are_those_without_it(acme: Office) -> None:
    held: list[Any] = []

    def confirm_in_time() -> None:
        acme.now(held[0].expires_at - 1)
        held.append(acme.confirm(held[0]))

    changes: dict[str, Callable[[], object]] = {
        "reserve": lambda: held.append(acme.reserve(at("10:00", 2), "strict")),
        "expire": lambda: acme.now(held[0].expires_at),
        "set the clock back and confirm": confirm_in_time,
        "reserve a move": lambda: held.append(
            acme.reserve(at("11:00", 3), "strict", replaces=held[1].id)
        ),
        "move": lambda: acme.move(held[1], held[2]),
        "cancel": lambda: acme.cancel(held[1]),
        "block": lambda: acme.block("desk-1", at("12:00", 6)),
        "notice": lambda: acme.now(ms(at("09:00", 1))),
        "duration": lambda: acme.change("service", "strict", durationMinutes=60),
    }
    before = remembered(acme)
    for what, change in changes.items():
        change()
        now = remembered(acme)
        assert now != before, what
        assert now == forgotten(acme), what
        for first in (at("10:30"), at("23:59", 2)):
            part = {"first": first, "last": first + 2000}
            assert remembered(acme, **part) == forgotten(acme, **part), what
        before = now


def test_a_change_of_one_date_reads_the_sheets_of_that_date(acme: Office) -> None:
    for day in range(5):
        acme.book(at("10:00", day), "strict")
    assert counted(acme).sheets == [5]
    assert counted(acme).sheets == []
    acme.reserve(at("11:00", 3), "strict")
    assert counted(acme).sheets == [1]
    acme.reserve(at("11:00", 1), "strict")
    acme.reserve(at("11:30", 4), "strict")
    assert counted(acme).sheets == [2]


def test_what_a_listing_reads_does_not_depend_on_other_days(acme: Office) -> None:
    acme.book("10:00", "strict")
    counted(acme)
    acme.reserve("11:00", "strict")
    alone = counted(acme).counts
    for day in range(20, 60):
        acme.reserve(at("11:00", day), "strict")
    acme.reserve("12:00", "strict")
    assert counted(acme).counts == alone


@pytest.mark.parametrize("last", [MONDAY, MONDAY - timedelta(days=1)])
def test_a_range_before_the_first_bookable_start_reads_no_sheet(acme: Office, last: date) -> None:
    acme.now(ms(at("12:00")))
    assert remembered(acme, first=MONDAY - timedelta(days=3), last=last) == []
