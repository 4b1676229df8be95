"""Listings over a real account: their ranges, their errors, and what is reserved right after."""

from datetime import date, timedelta
from typing import Any

import pytest

from openslot.kernel.actor import Actor
from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.ids import new_id
from openslot.scheduling.availability.availability import run
from openslot.scheduling.model.appointment import ARRIVED
from openslot.scheduling.model.errors import (
    ResourceNotQualified,
    ServicesNotCombinable,
    SlotUnavailable,
    WrongState,
)
from openslot.scheduling.views import bookable_starts, listings
from openslot.scheduling.views.listings import RangeTooLong, Slot, SlotListingQuery
from openslot.storage.transactions import AccountTx
from oracle.days import CHANGES

from .office import NOW, Office, at, client, ms
from .test_undoing import step

MONDAY = date(2027, 1, 4)


def wish(office: Office, *services: str, **more: Any) -> SlotListingQuery:
    """A listing of the Monday, of passports where nothing is said."""
    fields = {"first": MONDAY, "last": MONDAY + timedelta(days=1)} | more
    if "resource" in fields:
        fields["resource_id"] = office.ids["resource", fields.pop("resource")]
    keys = services or ("passport",)
    return SlotListingQuery(
        office.ids["branch", "centre"], tuple(office.ids["service", k] for k in keys), **fields
    )


def slots(office: Office, asked: SlotListingQuery, by: Actor | None = None) -> list[Slot]:
    """The answer."""

    def read(tx: AccountTx) -> list[Slot]:
        taken = listings.snapshot(tx, by or office.actor, asked)
        return run(listings.slots(taken, listings.read_sheets(tx, taken)))

    return office.do(read)


def starts(office: Office, *services: str, **more: Any) -> list[int]:
    """The starts of the answer."""
    return [slot.start for slot in slots(office, wish(office, *services, **more))]


def dates(office: Office, **more: Any) -> list[date]:
    """The dates view."""

    def read(tx: AccountTx) -> list[date]:
        taken = listings.snapshot(tx, office.actor, wish(office, **more))
        return run(bookable_starts.dates(bookable_starts.read(tx, taken)))

    return office.do(read)


def version(office: Office, *services: str, **more: Any) -> tuple[Any, ...]:
    """What the answer depends on."""
    asked = wish(office, *services, **more)
    return office.do(lambda tx: listings.snapshot(tx, office.actor, asked).version)


HALF_HOURS = list(range(at("09:00"), at("17:00"), 30))


def test_a_day(acme: Office) -> None:
    assert starts(acme) == HALF_HOURS
    assert starts(acme, "licence") == HALF_HOURS[::2]
    assert {slot.end - slot.start for slot in slots(acme, wish(acme))} == {30}


def test_from_is_included_and_to_is_not(acme: Office) -> None:
    assert starts(acme, first=at("10:00"), last=at("11:00")) == [at("10:00"), at("10:30")]
    assert starts(acme, first=at("10:01"), last=at("10:31")) == [at("10:30")]
    # The end of an appointment may pass `to`.
    assert starts(acme, "family", party=3, first=at("10:00"), last=at("10:01")) == [at("10:00")]


def test_from_equal_to_to_is_an_empty_list(acme: Office) -> None:
    assert starts(acme, first=at("10:00"), last=at("10:00")) == []
    assert dates(acme, first=MONDAY, last=MONDAY) == []


def test_from_after_to(acme: Office) -> None:
    for more in (
        {"first": at("10:00"), "last": at("09:59")},
        {"first": MONDAY, "last": MONDAY - timedelta(days=1)},
    ):
        with pytest.raises(Invalid) as refused:
            starts(acme, **more)
        assert [fault.field for fault in refused.value.faults] == ["to"]


def test_at_most_366_days(acme: Office) -> None:
    last = MONDAY + timedelta(days=366)
    assert len(dates(acme, first=MONDAY, last=last)) == 366
    with pytest.raises(RangeTooLong):
        dates(acme, first=MONDAY, last=last + timedelta(days=1))
    assert len(dates(acme, first=at("12:00"), last=at("12:00", day=366))) == 367
    with pytest.raises(RangeTooLong):
        dates(acme, first=at("12:00"), last=at("12:01", day=366))


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/Santiago", "Africa/Cairo"])
def test_366_days_are_days_of_the_branch_wherever_they_begin(acme: Office, zone: str) -> None:
    acme.change("branch", "centre", timeZone=zone)
    acme.now(ms(at("00:00", day=-400)))
    assert CHANGES[zone]
    for focus in CHANGES[zone]:
        for first in (focus.day, focus.day - timedelta(days=366)):
            starts(acme, first=first, last=first + timedelta(days=366), limit=1)
            with pytest.raises(RangeTooLong):
                starts(acme, first=first, last=first + timedelta(days=367), limit=1)


def test_31_days_from_now_on_where_nothing_is_said(acme: Office) -> None:
    acme.now(ms(at("12:10")))
    found = starts(acme, first=None, last=None)
    assert found[0] == at("12:30")
    assert found[-1] == at("12:00", day=31)


def test_31_days_from_a_date_on(acme: Office) -> None:
    assert dates(acme, last=None)[-1] == MONDAY + timedelta(days=30)


def test_the_past_is_not_listed(acme: Office) -> None:
    acme.now(ms(at("12:30")))
    assert starts(acme)[0] == at("12:30")
    acme.now(ms(at("12:30")) + 1)
    assert starts(acme)[0] == at("13:00")
    assert starts(acme, last=MONDAY) == []


def test_what_is_not_offered_is_an_empty_list(acme: Office) -> None:
    assert starts(acme, "family", party=4) == []
    assert slots(acme, wish(acme, "family", party=4, unavailable=True)) == []
    acme.change("service", "will", branches=[])
    assert starts(acme, "will") == []
    assert starts(acme, "will", unavailable=True) == []


def test_what_does_not_go_together(acme: Office) -> None:
    with pytest.raises(ResourceNotQualified):
        starts(acme, "will", resource="desk-1")
    with pytest.raises(ServicesNotCombinable):
        starts(acme, "passport", "will")


def test_unknown_and_foreign_things(acme: Office, globex: Office) -> None:
    booked, held = globex.book("10:00"), globex.reserve("10:00")
    for more in (
        {"resource_id": new_id()},
        {"resource_id": globex.ids["resource", "desk-1"]},
        {"rescheduled_appointment_id": booked.id},
        {"reservation_id": held.id},
    ):
        with pytest.raises(NotFound):
            starts(acme, **more)
    with pytest.raises(NotFound):
        slots(acme, wish(globex))
    theirs = acme.reserve("10:00", by=client(acme.account_id, "other"))
    with pytest.raises(NotFound):
        starts(acme, reservation_id=theirs.id)


def test_refused_starts_with_their_reasons(acme: Office) -> None:
    acme.now(ms(at("09:10")))
    acme.reserve("10:00", "strict")
    acme.book("10:30", "strict")
    acme.block("desk-1", "11:00")
    listed = slots(acme, wish(acme, "strict", unavailable=True, last=at("12:00")))
    assert [(slot.start, slot.reason) for slot in listed] == [
        (at("09:00"), "notice"),
        (at("09:30"), "notice"),
        (at("10:00"), "held"),
        (at("10:30"), "taken"),
        (at("11:00"), "blocked"),
        (at("11:30"), None),
    ]


def test_how_many_more_would_fit(acme: Office) -> None:
    acme.reserve("10:00", "course", party=1)
    first = slots(acme, wish(acme, "course", remaining=True, first=at("09:00")))
    assert {slot.start: slot.remaining for slot in first[:4]} == {
        at("09:00"): 3,
        at("09:30"): 2,  # its buffer reaches into what is held
        at("10:00"): 2,
        at("10:30"): 2,
    }
    pairs = slots(acme, wish(acme, "course", party=2, remaining=True, first=at("10:00")))
    assert pairs[0].remaining == 1


def test_ones_own_reservation_can_be_shown_as_free(acme: Office) -> None:
    held = acme.reserve("10:00", "strict")
    assert at("10:00") not in starts(acme, "strict")
    assert at("10:00") in starts(acme, "strict", reservation_id=held.id)


def test_what_was_ones_own_reservation_and_is_an_appointment_is_not_free(acme: Office) -> None:
    """Also while another reservation is to move an appointment of the same day."""
    moving = acme.book("14:00", "strict")
    acme.reserve("15:00", "strict", replaces=moving.id)
    held = acme.reserve("10:00", "strict")
    assert at("10:00") in starts(acme, "strict", reservation_id=held.id)
    acme.confirm(held)
    assert at("10:00") not in starts(acme, "strict", reservation_id=held.id)


def test_the_appointment_to_be_moved_is_not_in_the_way(acme: Office) -> None:
    booked = acme.book("10:00", "strict")
    assert at("10:00") not in starts(acme, "strict")
    assert at("10:00") in starts(acme, "strict", rescheduled_appointment_id=booked.id)


def test_for_an_appointment_that_cannot_be_moved_nothing_is_listed(acme: Office) -> None:
    """Nobody can reserve for it either."""
    booked = acme.book("10:00", "strict")
    before = version(acme, "strict", rescheduled_appointment_id=booked.id)
    step(acme, booked, ARRIVED)
    assert starts(acme, "strict", rescheduled_appointment_id=booked.id) == []
    assert version(acme, "strict", rescheduled_appointment_id=booked.id) != before
    with pytest.raises(WrongState):
        acme.reserve("11:00", "strict", replaces=booked.id)


def test_what_is_listed_can_be_reserved_and_nothing_else_can(acme: Office) -> None:
    acme.book("10:00", "strict")
    acme.reserve("11:00", "family", party=2)
    acme.block("desk-1", "12:10", minutes=5)
    listed = {s.start: s.reason for s in slots(acme, wish(acme, "strict", unavailable=True))}
    for start in range(at("08:00"), at("17:30"), 15):
        try:
            acme.release(acme.reserve(start, "strict"))
            reason = None
        except SlotUnavailable as refusal:
            reason = refusal.data["reason"]
        assert reason == listed.get(start, reason)
        assert (reason is None) == (start in listed and listed[start] is None)


def test_the_version_changes_exactly_with_what_the_answer_depends_on(
    acme: Office, globex: Office
) -> None:
    before = version(acme)
    acme.now(NOW + 1000)
    acme.reserve(at("10:00", day=3))
    globex.reserve("10:00")
    assert version(acme) == before
    held = acme.reserve("10:00")
    with_held = version(acme)
    assert with_held != before
    acme.release(held)
    assert version(acme) not in (before, with_held)
    acme.change("service", "will", name="Last will")
    assert version(acme)[0] != before[0]


def test_an_answer_holds_until_the_reservation_in_it_expires(acme: Office) -> None:
    held = acme.reserve("10:00", "strict")

    def until(tx: AccountTx) -> int:
        taken = listings.snapshot(tx, acme.actor, wish(acme, "strict"))
        return bookable_starts.holds_until(bookable_starts.read(tx, taken))

    assert acme.do(until) == held.expires_at
