"""Free starts that staff are offered, and what is in the way of the others."""

from datetime import date

import pytest

from openslot.kernel.clock import Minute
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.booking import direct
from openslot.scheduling.booking.direct import OfferRequest
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.views import free_starts
from openslot.scheduling.views.obstacles import Obstacle, obstacles

from .office import NOW, Office, at, ms

MONDAY = date(2027, 1, 4)


@pytest.fixture
def query(acme: Office) -> SlotQuery:
    """A passport at the first desk."""
    wanted = OfferRequest(
        acme.ids["branch", "centre"],
        (acme.ids["service", "passport"],),
        1,
        acme.ids["resource", "desk-1"],
    )
    return acme.do(direct.offer_query, wanted, NO_KEY)


def test_a_date_has_what_is_free_from_now_on(acme: Office, query: SlotQuery) -> None:
    acme.now(ms(at("15:00")) + 1)
    acme.book("16:00", resource="desk-1")
    assert acme.do(free_starts.of_date, query, MONDAY) == [at("15:30"), at("16:30")]


def test_the_next_ones_are_found_however_far_they_are(acme: Office, query: SlotQuery) -> None:
    assert ms(at("09:00")) > NOW
    acme.block("desk-1", at("09:00", 1), 25 * 1440)
    found = acme.do(free_starts.next_after, query, MONDAY, 3)
    assert found == [at("09:00", 26), at("09:30", 26), at("10:00", 26)]
    assert acme.do(free_starts.next_after, query, date(2029, 1, 1), 3) == []


def test_the_nearest_ones_lie_before_and_after(acme: Office, query: SlotQuery) -> None:
    acme.book("12:00", resource="desk-1")
    found = acme.do(free_starts.nearest, query, at("12:00"), 3)
    assert found == [at("11:30"), at("12:30"), at("13:00")]
    acme.block("desk-1", at("09:00"), 20 * 1440)
    found = acme.do(free_starts.nearest, query, at("12:00"), 1)
    assert found == [at("09:00", 20)]


def in_the_way(office: Office, query: SlotQuery, start: Minute) -> list[Obstacle]:
    """What takes a time."""
    return list(office.do(obstacles, query, start))


def test_appointments_blocks_and_holds_are_in_the_way(acme: Office, query: SlotQuery) -> None:
    booked = acme.book("10:00", resource="desk-1")
    acme.book("10:00", resource="desk-2")
    acme.reserve("11:00", resource="desk-1")
    acme.block("desk-1", "12:00", 45)
    assert in_the_way(acme, query, at("09:30")) == []
    assert in_the_way(acme, query, at("10:15")) == [Obstacle(at("10:00"), at("10:30"), booked)]
    assert in_the_way(acme, query, at("11:00")) == [Obstacle(at("11:00"), at("11:30"))]
    (blocked,) = in_the_way(acme, query, at("12:30"))
    assert blocked.block is not None
    assert (blocked.start, blocked.end) == (at("12:00"), at("12:45"))
    acme.now(ms(at("11:15")))  # the hold has expired
    assert in_the_way(acme, query, at("11:00")) == []
