"""Visitors of the booking page: what one address and one person may hold and book."""

from dataclasses import replace

import pytest

from openslot.kernel.errors import Throttled
from openslot.kernel.ids import new_id
from openslot.scheduling.booking import holds, visitors
from openslot.scheduling.booking.holds import HoldRequest
from openslot.scheduling.booking.visitors import (
    HumanProof,
    PersonLimitReached,
    ProofNeeded,
    Visitor,
    VisitorLimits,
)

from .office import HOUR_MS, NOW, Office, customer

LIMITS = VisitorLimits(open_appointments=2, holds=2, bookings_an_hour=2)
SOMEBODY = Visitor("a-digest", LIMITS)
LATER = 1 << 50  # in real time


def proved(visitor: Visitor = SOMEBODY) -> Visitor:
    """The visitor with a proof that was never used."""
    return replace(visitor, proof=HumanProof(new_id(), LATER))


def hold(office: Office, start: str, visitor: Visitor = SOMEBODY) -> str:
    """Holds a start; returns the id."""
    id_ = new_id()
    request = HoldRequest(id_, office.wanted(start), visitor=visitor)
    office.beside(holds.hold, office.actor, request)
    return id_


def test_live_holds_of_an_address_are_counted(acme: Office, globex: Office) -> None:
    first = hold(acme, "10:00")
    hold(acme, "10:30")
    with pytest.raises(ProofNeeded):
        hold(acme, "11:00")
    hold(acme, "11:00", replace(SOMEBODY, address="another"))
    hold(globex, "11:00")  # another account counts for itself
    acme.beside(
        holds.hold,
        acme.actor,
        HoldRequest(new_id(), acme.wanted("12:00"), instead_of=first, visitor=SOMEBODY),
    )
    acme.now(NOW + HOUR_MS)
    hold(acme, "13:00")


def test_a_proof_is_good_once_and_far_beyond_for_nothing(acme: Office) -> None:
    for start in ("10:00", "10:30"):
        hold(acme, start)
    visitor = proved()
    hold(acme, "11:00", visitor)
    with pytest.raises(ProofNeeded):
        hold(acme, "11:30", visitor)
    with pytest.raises(ProofNeeded):
        hold(acme, "11:30", replace(SOMEBODY, proof=HumanProof(new_id(), 1)))
    for start in ("11:30", "12:00", "12:30", "13:00", "13:30", "14:00", "14:30"):
        hold(acme, start, proved())
    with pytest.raises(Throttled) as refusal:
        hold(acme, "15:00", proved())
    assert refusal.value.retry_after_seconds == 15 * 60


def test_bookings_of_an_hour_are_counted(acme: Office) -> None:
    for _ in range(2):
        acme.beside(visitors.count_booking, SOMEBODY, new_id())
    with pytest.raises(ProofNeeded):
        acme.beside(visitors.count_booking, SOMEBODY, new_id())
    acme.now(NOW + HOUR_MS)
    acme.beside(visitors.count_booking, SOMEBODY, new_id())
    acme.now(NOW + 25 * HOUR_MS)
    assert acme.do(visitors.delete_old) == 3


def test_appointments_ahead_are_counted_by_mail_and_by_phone(acme: Office) -> None:
    person = customer(phone_number="+31 15 123 4567")
    booked = [acme.confirm(acme.reserve(start), who=person) for start in ("10:00", "10:30")]
    who = booked[0].customer
    assert who is not None
    for same in (
        {"email": who["email"].upper(), "phoneE164": None},
        {"email": "other@example.org", "phoneE164": who["phoneE164"]},
    ):
        with pytest.raises(PersonLimitReached):
            acme.do(visitors.check_person, same, LIMITS)
    nobody = {"email": "other@example.org", "phoneE164": None}
    acme.do(visitors.check_person, nobody, LIMITS)
    acme.cancel(booked[0])
    acme.do(visitors.check_person, {"email": who["email"], "phoneE164": None}, LIMITS)


def test_a_limit_of_zero_is_off(acme: Office) -> None:
    off = replace(SOMEBODY, limits=VisitorLimits(0, 0, 0))
    for start in ("10:00", "10:30", "11:00"):
        hold(acme, start, off)
