"""Appointments that staff gave a length of their own, and how it goes with them."""

from typing import Any

import pytest

from openslot.kernel.actor import InsufficientScope
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.scheduling.availability.availability import run
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.errors import EndMismatch, SlotUnavailable
from openslot.scheduling.views import listings
from openslot.scheduling.views.listings import SlotListingQuery
from openslot.storage.transactions import AccountTx

from .office import Office, at
from .test_staff import ANYWAY, book, person


def minutes(appointment: Appointment) -> int:
    """How long it takes."""
    return appointment.placement.end - appointment.placement.start


def move(
    office: Office,
    booked: Appointment,
    start: str,
    rule_override: RuleOverride = NO_OVERRIDE,
    **more: Any,
) -> Appointment:
    """Moves an appointment, with its length or another one."""
    by = more.pop("by", person(office))
    place = (booked.id, at(start), None, None)
    return office.do(staff.move, by, *place, rule_override, lambda _: True, NO_KEY, **more)


def listed(office: Office, booked: Appointment, day: int = 0) -> list[tuple[int, int]]:
    """The slots for moving an appointment on a day, from ten to eleven."""
    query = SlotListingQuery(
        booked.placement.branch_id,
        booked.placement.service_ids,
        first=at("10:00", day),
        last=at("11:00", day),
        resource_id=booked.placement.resource_ids[0],
        rescheduled_appointment_id=booked.id,
    )

    def read(tx: AccountTx) -> list[tuple[int, int]]:
        taken = listings.snapshot(tx, office.actor, query)
        found = run(listings.slots(taken, listings.read_sheets(tx, taken)))
        return [(slot.start, slot.end) for slot in found]

    return office.do(read)


def test_it_takes_as_long_as_staff_say(acme: Office) -> None:
    booked = book(acme, "10:00", resource="desk-1", own_minutes=75)
    assert (minutes(booked), booked.own_minutes) == (75, 75)
    assert acme.appointment(booked) == booked
    with pytest.raises(SlotUnavailable):
        acme.reserve("11:00", resource="desk-1")
    acme.reserve("11:30", resource="desk-1")


def test_rules_hold_for_that_length(acme: Office) -> None:
    acme.book("11:00", resource="desk-1")
    with pytest.raises(SlotUnavailable) as refused:
        book(acme, "10:00", resource="desk-1", own_minutes=61)
    assert refused.value.data["reason"] == "taken"
    with pytest.raises(SlotUnavailable) as refused:
        book(acme, "16:30", resource="desk-1", own_minutes=31)
    assert refused.value.data["reason"] == "closed"
    with pytest.raises(EndMismatch):
        book(acme, "10:00", resource="desk-1", own_minutes=45, end=at("10:30"))
    broken = book(acme, "16:30", resource="desk-1", own_minutes=60, rule_override=ANYWAY)
    assert (minutes(broken), broken.override) == (60, True)


def test_it_stays_through_moves_by_whomever(acme: Office) -> None:
    booked = book(acme, "10:00", resource="desk-1", own_minutes=75)
    moved = move(acme, booked, "12:00", by=person(acme, APPOINTMENTS_MANAGE))
    assert (minutes(moved), moved.own_minutes) == (75, 75)
    held = acme.reserve("14:00", replaces=booked.id)
    assert held.placement.end - held.placement.start == 75
    moved = acme.move(moved, held)
    assert (minutes(moved), moved.own_minutes) == (75, 75)
    assert acme.appointment(moved) == moved


def test_slots_for_moving_it_are_as_long(acme: Office) -> None:
    booked = book(acme, "10:00", resource="desk-1", own_minutes=90)
    acme.book("12:00", resource="desk-1")
    assert listed(acme, booked) == [(at("10:00"), at("11:30")), (at("10:30"), at("12:00"))]
    far = listed(acme, booked, day=3)
    assert far[0] == (at("10:00", 3), at("11:30", 3))
    move(acme, booked, "10:00", duration=lambda _: None)
    assert listed(acme, booked, day=3)[0] == (at("10:00", 3), at("10:30", 3))


def test_the_length_of_the_services_can_be_had_back(acme: Office) -> None:
    """By anybody who may move it; another length takes the scope."""
    booked = book(acme, "10:00", own_minutes=75)
    clerk = person(acme, APPOINTMENTS_MANAGE)
    with pytest.raises(InsufficientScope):
        move(acme, booked, "10:00", duration=lambda _: 80, by=clerk)
    same = move(acme, booked, "10:00", duration=lambda _: 75, by=clerk)
    assert minutes(same) == 75
    moved = move(acme, booked, "10:00", duration=lambda _: None, by=clerk)
    assert (minutes(moved), moved.own_minutes) == (30, None)
    longer = move(acme, booked, "10:00", duration=lambda _: 45)
    assert (minutes(longer), longer.own_minutes) == (45, 45)


def test_a_hold_that_knows_nothing_of_it_ends_it(acme: Office) -> None:
    """It was made without the appointment, so it is as long as the service says."""
    booked = book(acme, "10:00", own_minutes=75)
    moved = acme.move(booked, acme.reserve("14:00"))
    assert (minutes(moved), moved.own_minutes) == (30, None)


def test_it_takes_the_scope(acme: Office) -> None:
    with pytest.raises(InsufficientScope):
        book(acme, "10:00", own_minutes=30, by=person(acme, APPOINTMENTS_MANAGE))
