"""Confirming: an appointment is made, or nothing is lost."""

import pytest

from openslot.kernel.errors import Invalid
from openslot.scheduling.model.customers.customers import identifier
from openslot.scheduling.model.errors import ReservationForReschedule, SlotUnavailable

from .office import DAYS, NOW, Office, at, customer


def test_a_reservation_becomes_an_appointment(acme: Office) -> None:
    held = acme.reserve("10:00", notes="on the reservation")
    acme.now(NOW + 1000)
    made = acme.confirm(held)
    assert (made.id, made.status, made.version) == (held.id, "CONFIRMED", 1)
    assert (made.created_at, made.updated_at) == (NOW + 1000, NOW + 1000)
    assert (made.wall_start, made.time_zone) == ("2027-01-04T10:00", "Europe/Amsterdam")
    assert made.placement == held.placement
    assert (made.identifier, made.notes) == ("ABCDEFGHIJ", "on the reservation")
    assert made.customer is not None
    assert (made.customer["firstName"], made.customer["email"]) == ("Ada", "ada@example.org")
    assert acme.appointment(made) == made
    assert acme.counts() == {"sheets": 1, "appointments": 1}


def test_notes_of_the_confirmation_win(acme: Office) -> None:
    held = acme.reserve("10:00", notes="on the reservation")
    assert acme.confirm(held, notes="later").notes == "later"


def test_history_begins(acme: Office) -> None:
    made = acme.book("10:00")
    (change,) = acme.history(made)
    assert (change.version, change.at, change.change) == (1, NOW, "booked")
    assert (change.actor_type, change.actor_id) == ("client", "website")
    assert change.old is None and change.new is not None
    assert change.new["starts_at"] == "2027-01-04T09:00:00+00:00"


def test_an_appointment_does_not_expire(acme: Office) -> None:
    held = acme.reserve("10:00", "strict")
    acme.confirm(held)
    acme.now(held.expires_at)
    with pytest.raises(SlotUnavailable) as refused:
        acme.reserve("10:00", "strict")
    assert refused.value.data["reason"] == "taken"


def test_blocks_are_looked_at_again_and_nothing_is_lost(acme: Office) -> None:
    held = acme.reserve("10:00")
    acme.block("desk-1", "10:15", minutes=5)
    with pytest.raises(SlotUnavailable) as refused:
        acme.confirm(held)
    assert refused.value.data["reason"] == "blocked"
    assert acme.get(held) == held


@pytest.mark.parametrize("blocked", ["10:30", "09:30"])
def test_a_block_that_touches_is_no_harm(acme: Office, blocked: str) -> None:
    held = acme.reserve("10:00")
    acme.block("desk-1", blocked)
    acme.block("desk-2", "10:00")
    assert acme.confirm(held).status == "CONFIRMED"


def test_a_block_in_the_buffer_is_harm(acme: Office) -> None:
    held = acme.reserve("10:00", "course")
    acme.block("hall", "10:39", minutes=5)
    with pytest.raises(SlotUnavailable):
        acme.confirm(held)


@pytest.mark.parametrize(
    ("kind", "key"), [("branch", "centre"), ("service", "passport"), ("resource", "desk-1")]
)
def test_hours_are_looked_at_again_and_nothing_is_lost(acme: Office, kind: str, key: str) -> None:
    held = acme.reserve("10:00")
    shorter = [{"day": day, "opens": "09:00", "closes": "10:29"} for day in DAYS]
    acme.change(kind, key, openingHours=shorter)
    with pytest.raises(SlotUnavailable) as refused:
        acme.confirm(held)
    assert refused.value.data["reason"] == "closed"
    assert acme.get(held) == held
    longer = [{"day": day, "opens": "10:00", "closes": "10:30"} for day in DAYS]
    acme.change(kind, key, openingHours=longer)
    acme.confirm(held)


def test_notice_horizon_and_a_lower_capacity_do_not_hinder_what_is_held(acme: Office) -> None:
    held = acme.reserve("10:00", "course", party=3)
    acme.change("service", "course", minimumNoticeMinutes=1440, horizonDays=0)
    acme.change("resource", "hall", capacity=1)
    assert acme.confirm(held).placement.places == 3


def test_a_reservation_for_a_move_cannot_be_confirmed(acme: Office) -> None:
    held = acme.reserve("11:00", replaces=acme.book("10:00").id)
    with pytest.raises(ReservationForReschedule):
        acme.confirm(held)
    assert acme.get(held) == held


def test_a_reservation_for_a_move_says_so_also_when_it_has_expired(acme: Office) -> None:
    # State comes before 410.
    held = acme.reserve("11:00", replaces=acme.book("10:00").id)
    acme.now(held.expires_at)
    with pytest.raises(ReservationForReschedule):
        acme.confirm(held)


def test_every_fault_of_the_person_at_once_and_nothing_is_lost(acme: Office) -> None:
    held = acme.reserve("10:00", "family")
    unknown = {"id": "00000000-0000-7000-8000-000000000001", "answer": "2"}
    with pytest.raises(Invalid) as refused:
        acme.confirm(held, who=customer(phone_number="12"), answers=(unknown,))
    assert {(fault.field, fault.code) for fault in refused.value.faults} == {
        ("customer.phone_number", "invalid_value"),
        ("customer.date_of_birth", "required"),
        ("answers.0.id", "invalid_value"),
        ("answers", "required"),
    }
    assert acme.get(held) == held


def test_a_birth_date_lies_before_today_at_the_branch(acme: Office) -> None:
    acme.now(at("00:01") * 60_000)  # still the day before in UTC
    held = acme.reserve("10:00")
    with pytest.raises(Invalid):
        acme.confirm(held, who=customer(date_of_birth="2027-01-04"))
    made = acme.confirm(held, who=customer(date_of_birth="2027-01-03"))
    assert made.customer is not None
    assert made.customer["dateOfBirth"] == "2027-01-03"


def test_what_needs_the_data_comes_before_the_slot(acme: Office) -> None:
    held = acme.reserve("10:00", "family")
    acme.block("desk-1", "10:00")
    with pytest.raises(Invalid):
        acme.confirm(held)


def test_an_inactive_service_or_branch_keeps_what_is_held(acme: Office) -> None:
    held = acme.reserve("10:00")
    acme.change("service", "passport", active=False)
    assert acme.confirm(held).status == "CONFIRMED"


def test_each_has_a_reference(acme: Office) -> None:
    first = acme.book("09:00")
    assert first.reference is not None
    assert len(first.reference) == 6
    assert set(first.reference) <= set("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    assert acme.book("10:00").reference != first.reference


def test_what_a_service_does_without_is_not_there(acme: Office) -> None:
    nameless = customer(last_name=None, email=None)
    held = acme.reserve("10:00")
    with pytest.raises(Invalid) as refused:
        acme.confirm(held, who=nameless)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("customer.last_name", "required"),
        ("customer.email", "required"),
    ]
    acme.change("service", "passport", customerFields={"lastName": "optional", "email": "hidden"})
    made = acme.confirm(held, who=nameless)
    assert made.customer is not None
    assert (made.customer["lastName"], made.customer["email"]) == (None, None)


def test_who_gives_no_identifier_gets_one_of_their_own(acme: Office) -> None:
    one, other = acme.book("10:00", "licence"), acme.book("11:00")
    for start in ("09:00", "12:00"):
        made = acme.confirm(acme.reserve(start), who=customer(identifier=None))
        assert made.identifier is not None
        assert made.identifier == identifier(made.identifier)
        assert made.identifier not in (one.identifier, other.identifier)
