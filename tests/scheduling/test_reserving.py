"""Reserving: what is refused and in which order, and what a reservation says."""

import asyncio

import pytest

from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.ids import new_id
from openslot.scheduling.booking import reservations
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.errors import (
    EndMismatch,
    ResourceNotQualified,
    ServicesNotCombinable,
    SlotUnavailable,
    TooManyReservations,
    WrongState,
)
from openslot.scheduling.model.reservation import RESERVED, Reservation

from .office import HOUR_MS, NOW, Office, at, client, ms


def reason_of(office: Office, start: str | int, *services: str, **more: object) -> str | None:
    """Why a start is refused; None where it was reserved."""
    try:
        office.reserve(start, *services, **more)
    except SlotUnavailable as refusal:
        return str(refusal.data["reason"])
    return None


def test_a_reservation_says_what_it_holds(acme: Office) -> None:
    held = acme.reserve("10:00", "course", party=2, notes="with a dog")
    assert (held.status, held.client_id, held.notes) == (RESERVED, "website", "with a dog")
    assert (held.created_at, held.expires_at) == (NOW, NOW + 15 * 60_000)
    place = held.placement
    assert (place.start, place.end) == (at("10:00"), at("10:30"))
    assert (place.before_minutes, place.after_minutes) == (0, 10)
    assert (place.places, place.party) == (2, 2)
    assert place.resource_ids == (acme.ids["resource", "hall"],)
    assert acme.get(held) == held


def test_it_lives_as_long_as_the_account_says(acme: Office) -> None:
    acme.settings(reservationMinutes=1)
    assert acme.reserve("10:00").expires_at == NOW + 60_000


def test_it_keeps_its_time_when_the_setting_changes(acme: Office) -> None:
    held = acme.reserve("10:00")
    acme.settings(reservationMinutes=60)
    assert acme.get(held).expires_at == held.expires_at


def test_a_party_takes_longer_or_more_places(acme: Office) -> None:
    family = acme.reserve("10:00", "family", party=3).placement
    assert (family.end - family.start, family.places) == (60, 1)
    course = acme.reserve("10:00", "course", party=3).placement
    assert (course.end - course.start, course.places) == (30, 3)


def test_several_services_are_one_after_the_other_on_one_desk(acme: Office) -> None:
    held = acme.reserve("10:00", "licence", "passport").placement
    assert held.end - held.start == 60
    assert held.service_ids == (acme.ids["service", "licence"], acme.ids["service", "passport"])
    assert len(held.resource_ids) == 1


def test_nobody_named_is_the_least_booked_then_the_first_in_order(acme: Office) -> None:
    desks = [acme.ids["resource", "desk-1"]], [acme.ids["resource", "desk-2"]]
    chosen = [list(acme.reserve(s).placement.resource_ids) for s in ("09:00", "09:00", "10:00")]
    assert chosen == [desks[0], desks[1], desks[0]]
    assert list(acme.reserve("10:30").placement.resource_ids) == desks[1]


def test_a_named_resource_it_is_or_nothing(acme: Office) -> None:
    acme.reserve("10:00", resource="desk-2")
    assert reason_of(acme, "10:00", resource="desk-2") == "held"
    assert reason_of(acme, "10:00", resource="desk-1") is None


@pytest.mark.parametrize(
    ("start", "service", "reason"),
    [
        (at("10:00", day=401), "passport", "horizon"),
        (at("10:00", day=400), "passport", None),
        (at("08:00"), "strict", "notice"),
        (at("07:30"), "passport", "notice"),
        (at("08:30"), "strict", "closed"),
        (at("17:00"), "passport", "closed"),
        (at("16:31"), "passport", "closed"),
        (at("09:10"), "passport", "off_grid"),
        (at("09:30"), "licence", "off_grid"),
    ],
)
def test_a_start_outside_the_list(
    acme: Office, start: int, service: str, reason: str | None
) -> None:
    assert reason_of(acme, start, service) == reason


def test_the_reasons_of_claims(acme: Office) -> None:
    acme.reserve("10:00", "strict")
    assert reason_of(acme, "10:00", "strict") == "held"
    acme.book("11:00", "strict")
    assert reason_of(acme, "11:00", "strict") == "taken"
    acme.block("desk-1", "12:00")
    assert reason_of(acme, "12:00", "strict") == "blocked"
    acme.book("13:00", "course", party=2)
    assert reason_of(acme, "13:00", "course", party=2) == "capacity"
    assert reason_of(acme, "13:00", "course", party=1) is None


def test_it_frees_its_slot_at_the_very_instant_of_its_expiry(acme: Office) -> None:
    held = acme.reserve("10:00", "strict")
    acme.now(held.expires_at - 1)
    assert reason_of(acme, "10:00", "strict") == "held"
    acme.now(held.expires_at)
    assert reason_of(acme, "10:00", "strict") is None


def test_not_offered(acme: Office) -> None:
    acme.change("service", "will", branches=[])
    assert reason_of(acme, "10:00", "will") == "not_offered"


@pytest.mark.parametrize("party", [4, 5])
def test_a_party_above_the_maximum_is_invalid_and_says_where(acme: Office, party: int) -> None:
    with pytest.raises(Invalid) as refused:
        acme.reserve("10:00", "family", party=party)
    assert [(f.field, f.code) for f in refused.value.faults] == [("party", "out_of_range")]


@pytest.mark.parametrize(
    ("service", "resource"), [("will", "desk-1"), ("course", "desk-1"), ("passport", "hall")]
)
def test_a_resource_that_is_not_qualified(acme: Office, service: str, resource: str) -> None:
    with pytest.raises(ResourceNotQualified):
        acme.reserve("10:00", service, resource=resource)


def test_services_that_are_not_combined(acme: Office) -> None:
    with pytest.raises(ServicesNotCombinable):
        acme.reserve("10:00", "passport", "will")


def test_a_service_twice_is_no_combination(acme: Office) -> None:
    with pytest.raises(ServicesNotCombinable):
        acme.reserve("10:00", "passport", "passport")


@pytest.mark.parametrize("end", [at("10:29"), at("10:31"), at("10:00")])
def test_another_end_than_the_computed_one(acme: Office, end: int) -> None:
    with pytest.raises(EndMismatch):
        acme.reserve("10:00", end=end)
    assert acme.reserve("10:00", end=at("10:30")).placement.end == at("10:30")


def test_what_needs_the_data_comes_before_the_slot(acme: Office) -> None:
    with pytest.raises(EndMismatch):
        acme.reserve("03:00", end=at("03:01"))
    with pytest.raises(Invalid, match="at most 1"):
        acme.reserve("03:00", party=2)


def test_unknown_and_inactive_things_are_not_found(acme: Office) -> None:
    acme.change("service", "will", active=False)
    acme.change("resource", "desk-2", active=False)
    with pytest.raises(NotFound):
        acme.reserve("10:00", "will")
    with pytest.raises(NotFound):
        acme.reserve("10:00", resource="desk-2")
    wishes = [
        {"branch_id": acme.ids["branch", "closed-down"]},
        {"branch_id": new_id()},
        {"service_ids": (new_id(),)},
        {"resource_id": new_id()},
        {"replaces": new_id()},
    ]
    for wish in wishes:
        wanted = acme.wanted("10:00")
        for name, value in wish.items():
            object.__setattr__(wanted, name, value)
        with pytest.raises(NotFound):
            acme.do(reservations.reserve, acme.actor, wanted, NO_KEY, 0)
    assert "live reservations" not in acme.counts()


def test_a_client_holds_as_many_as_it_may(acme: Office) -> None:
    other = client(acme.account_id, "other")
    first = acme.reserve("10:00", most_live=2)
    acme.now(NOW + 60_000)
    second = acme.reserve("10:30", most_live=2)
    with pytest.raises(TooManyReservations) as refused:
        acme.reserve("11:00", most_live=2)
    assert refused.value.retry_after_seconds == 14 * 60
    acme.reserve("11:00", by=other, most_live=2)
    # One that is confirmed, released or expired no longer counts.
    acme.confirm(second)
    third = acme.reserve("11:30", most_live=2)
    acme.release(third)
    fourth = acme.reserve("11:30", most_live=2)
    acme.now(first.expires_at)
    acme.reserve("12:00", most_live=2)
    with pytest.raises(TooManyReservations):
        acme.reserve("12:30", most_live=2)
    assert acme.get(fourth) == fourth


def test_any_number_where_there_is_no_limit(acme: Office) -> None:
    for hour in range(9, 17):
        acme.reserve(f"{hour}:00", most_live=0)


def test_a_reservation_for_a_move_may_overlap_what_it_moves(acme: Office) -> None:
    acme.change("service", "strict", slotStepMinutes=15)
    booked = acme.book("10:00", "strict")
    assert reason_of(acme, "10:15", "strict") == "taken"
    moving = acme.reserve("10:15", "strict", replaces=booked.id)
    assert moving.replaces == booked.id
    # The next one finds what is held for the move, and the appointment, taken.
    assert reason_of(acme, "10:30", "strict") == "held"
    assert reason_of(acme, "09:45", "strict") == "taken"
    assert reason_of(acme, "10:30", "strict", replaces=booked.id) == "held"


def test_what_is_not_confirmed_cannot_be_moved(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.cancel(booked)
    with pytest.raises(WrongState) as refused:
        acme.reserve("11:00", replaces=booked.id)
    assert refused.value.data["appointmentStatus"] == "CANCELLED"


def test_a_day_over_midnight_in_utc_is_guarded_on_both_sheets(acme: Office) -> None:
    night = [{"day": d, "opens": "00:00", "closes": "24:00"} for d in ("monday", "tuesday")]
    acme.change("branch", "centre", openingHours=night)
    held = acme.reserve(at("00:30", day=1), "strict")  # 23:30 to 00:00 in UTC
    assert reason_of(acme, at("00:30", day=1), "strict") == "held"
    acme.release(held)
    family = acme.reserve(at("00:30", day=1), "family", party=3)  # to 00:30 in UTC
    assert reason_of(acme, at("01:00", day=1), "strict") == "held"
    acme.now(family.expires_at)
    assert reason_of(acme, at("01:00", day=1), "strict") is None


def test_expiry_needs_nobody_and_24_hours_later_it_is_forgotten(acme: Office) -> None:
    held = acme.reserve("10:00")
    acme.now(held.expires_at + 24 * HOUR_MS)
    with pytest.raises(NotFound):
        acme.get(held)
    assert ms(held.placement.start) < held.expires_at + 24 * HOUR_MS


@pytest.mark.parametrize(
    ("service", "party", "winners"), [("strict", 1, 1), ("passport", 1, 2), ("course", 2, 1)]
)
def test_of_any_number_at_once_as_many_win_as_there_is_room_for(
    acme: Office, service: str, party: int, winners: int
) -> None:
    wanted = acme.wanted("10:00", service, party=party)

    async def all_at_once() -> list[object]:
        write, arguments = acme.town.database.write, (acme.actor, wanted, NO_KEY, 0)
        racing = [write(acme.account_id, reservations.reserve, *arguments) for _ in range(50)]
        return await asyncio.gather(*racing, return_exceptions=True)

    results = acme.town.run(all_at_once())
    assert sum(isinstance(result, Reservation) for result in results) == winners
    refused = [result for result in results if not isinstance(result, Reservation)]
    assert all(isinstance(refusal, SlotUnavailable) for refusal in refused)
    assert {refusal.data["reason"] for refusal in refused} == {"held"}
