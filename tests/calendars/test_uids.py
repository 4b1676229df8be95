"""A calendar object keeps its name, whatever the installation is called later."""

from collections.abc import Callable

import pytest

from databases import opened
from openslot.calendars.uids import CalendarUids
from openslot.kernel.clock import now_ms
from openslot.kernel.ids import new_id
from openslot.storage.journal import public_hosts


def booked_at(millis: int) -> str:
    """The id of a booking of that time (RFC 9562 §5.7)."""
    return f"{millis >> 16:08x}-{millis & 0xFFFF:04x}-7000-8000-000000000000"


def test_the_host_of_the_time_of_booking() -> None:
    uids = CalendarUids([(1000, "old.example"), (2000, "new.example")])
    for millis, host in ((0, "old"), (1000, "old"), (1999, "old"), (2000, "new"), (9999, "new")):
        booking_id = booked_at(millis)
        assert uids.of(booking_id) == f"{booking_id}@{host}.example"


def test_our_ids_tell_their_time() -> None:
    earlier, later = now_ms() - 60_000, now_ms() + 60_000
    uids = CalendarUids([(0, "before"), (earlier, "now"), (later, "later")])
    assert uids.of(new_id()).endswith("@now")


@pytest.mark.anyio
async def test_a_host_is_noted_when_it_changes(empty: Callable[[], str]) -> None:
    database = opened(empty())
    await database.migrate()
    try:
        noted = [
            [host for _, host in await database.write_system("a test", public_hosts.note, name)]
            for name in ("a.example", "a.example", "b.example", "a.example")
        ]
    finally:
        await database.close()
    assert noted == [["a.example"], ["a.example"], ["a.example", "b.example"], noted[3]]
    assert noted[3][-1] == "a.example"
