"""Moving: one appointment, two claims, one transaction."""

import pytest

from openslot.kernel.errors import NotFound
from openslot.scheduling.model.appointment import (
    ARRIVED,
    CANCELLED,
    COMPLETED,
    IN_SERVICE,
    NO_SHOW,
    Appointment,
)
from openslot.scheduling.model.errors import (
    AppointmentStarted,
    ReservationExpired,
    ReservationForReschedule,
    ServiceChanged,
    SlotUnavailable,
    TooLate,
    VersionMismatch,
    WrongState,
)
from openslot.scheduling.store import appointments as store
from openslot.scheduling.store import history
from openslot.storage.transactions import AccountTx

from .office import NOW, Office, at, client, ms


def test_it_stands_on_the_reservation_afterwards(acme: Office) -> None:
    booked = acme.book("10:00", "course", party=1)
    held = acme.reserve("12:00", "course", party=3)
    acme.now(NOW + 1000)
    moved = acme.move(booked, held)
    assert (moved.id, moved.version, moved.status) == (booked.id, 2, "CONFIRMED")
    assert moved.placement == held.placement
    assert (moved.placement.party, moved.placement.places) == (3, 3)
    assert (moved.wall_start, moved.updated_at) == ("2027-01-04T12:00", NOW + 1000)
    assert moved.customer == booked.customer
    assert acme.counts() == {"sheets": 1, "appointments": 1}
    acme.reserve("10:00", "course", party=3)
    with pytest.raises(SlotUnavailable) as refused:
        acme.reserve("12:00", "course")
    assert refused.value.data["reason"] == "capacity"


def test_history_has_both_times(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.move(booked, acme.reserve("11:00"))
    first, second = acme.history(booked)
    assert (first.change, second.change, second.version) == ("booked", "moved", 2)
    assert second.old == first.new
    assert second.new is not None
    assert second.new["starts_at"] == "2027-01-04T10:00:00+00:00"


def test_to_the_same_time_is_a_move_like_any_other(acme: Office) -> None:
    booked = acme.book("10:00", "strict")
    held = acme.reserve("10:00", "strict", replaces=booked.id)
    moved = acme.move(booked, held)
    assert (moved.version, moved.placement) == (2, booked.placement)


def test_over_its_own_old_time(acme: Office) -> None:
    acme.change("service", "strict", slotStepMinutes=15)
    booked = acme.book("10:00", "strict")
    moved = acme.move(booked, acme.reserve("10:15", "strict", replaces=booked.id))
    assert moved.placement.start == at("10:15")
    acme.reserve("09:45", "strict")
    with pytest.raises(SlotUnavailable):
        acme.reserve("10:30", "strict")


def test_to_another_desk_and_day(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    moved = acme.move(booked, acme.reserve(at("09:00", day=40), resource="desk-2"))
    assert moved.placement.resource_ids == (acme.ids["resource", "desk-2"],)
    assert moved.wall_start == "2027-02-13T09:00"


def test_the_same_services_in_another_order_are_the_same(acme: Office) -> None:
    booked = acme.book("10:00", "passport", "licence")
    moved = acme.move(booked, acme.reserve("12:00", "licence", "passport"))
    assert moved.placement.service_ids[0] == acme.ids["service", "licence"]


@pytest.mark.parametrize("services", [("will",), ("passport", "licence")])
def test_other_services_are_refused(acme: Office, services: tuple[str, ...]) -> None:
    booked = acme.book("10:00")
    held = acme.reserve("12:00", *services)
    with pytest.raises(ServiceChanged):
        acme.move(booked, held)
    assert acme.get(held) == held
    assert acme.appointment(booked) == booked


def test_a_reservation_for_another_move_is_refused(acme: Office) -> None:
    booked, another = acme.book("10:00"), acme.book("10:00")
    held = acme.reserve("12:00", replaces=another.id)
    with pytest.raises(ReservationForReschedule):
        acme.move(booked, held)
    acme.now(held.expires_at)
    with pytest.raises(ReservationForReschedule):  # state comes before 410
        acme.move(booked, held)


def test_somebody_elses_reservation_is_not_found(acme: Office) -> None:
    booked = acme.book("10:00")
    held = acme.reserve("12:00", by=client(acme.account_id, "other"))
    with pytest.raises(NotFound):
        acme.move(booked, held)


def test_another_client_of_the_account_may_move_it(acme: Office) -> None:
    booked, other = acme.book("10:00"), client(acme.account_id, "other")
    moved = acme.move(booked, acme.reserve("12:00", by=other), by=other)
    assert moved.version == 2
    assert acme.history(moved)[1].actor_id == "other"


def test_exactly_at_the_cut_off_it_is_still_allowed(acme: Office) -> None:
    booked = acme.book("12:00", "strict")
    acme.now(ms(at("10:00")) + 1)
    held = acme.reserve("15:00", "strict")
    with pytest.raises(TooLate) as refused:
        acme.move(booked, held)
    assert refused.value.data["cutoffMinutes"] == 120
    assert acme.get(held) == held
    acme.now(ms(at("10:00")))
    assert acme.move(booked, held).version == 2


def test_at_the_very_start_it_is_still_allowed(acme: Office) -> None:
    booked = acme.book("12:00")
    acme.now(ms(at("12:00")) + 1)
    held = acme.reserve("15:00")
    with pytest.raises(AppointmentStarted):
        acme.move(booked, held)
    acme.now(ms(at("12:00")))
    assert acme.move(booked, held).version == 2


@pytest.mark.parametrize(
    "status",
    [ARRIVED, IN_SERVICE, COMPLETED, NO_SHOW, CANCELLED],
)
def test_only_what_is_confirmed(acme: Office, status: str) -> None:
    booked = acme.book("10:00")
    held = acme.reserve("12:00")
    if status == CANCELLED:
        acme.cancel(booked)
    else:
        acme.do(store.set_status, booked, status)
        acme.do(acknowledge, booked)
    with pytest.raises(WrongState) as refused:
        acme.move(booked, held)
    assert refused.value.data["appointmentStatus"] == status
    assert acme.get(held) == held


def acknowledge(tx: AccountTx, appointment: Appointment) -> None:
    """Writes the history of a state that was set beside the operations."""
    actor = client(tx.account.id)
    history.append(tx, actor, appointment.id, appointment.version + 1, "status", None, None)


def test_a_wrong_version_changes_nothing(acme: Office) -> None:
    booked, held = acme.book("10:00"), acme.reserve("12:00")
    with pytest.raises(VersionMismatch):
        acme.move(booked, held, if_match=lambda version: version == 2)
    assert acme.appointment(booked) == booked
    assert acme.move(booked, held, if_match=lambda version: version == 1).version == 2


def test_the_version_comes_before_the_state_and_the_state_before_the_reservation(
    acme: Office,
) -> None:
    booked, held = acme.book("10:00"), acme.reserve("12:00")
    acme.cancel(booked)
    acme.now(held.expires_at)
    with pytest.raises(VersionMismatch):
        acme.move(booked, held, if_match=lambda _: False)
    with pytest.raises(WrongState):
        acme.move(booked, held)


def test_410_then_422_then_the_cut_off_then_the_slot(acme: Office) -> None:
    booked = acme.book("12:00", "strict")
    acme.now(ms(at("11:30")))
    other, same = (
        acme.reserve("14:00", "passport", resource="desk-1"),
        acme.reserve("15:00", "strict"),
    )
    acme.block("desk-1", "15:00")
    with pytest.raises(ServiceChanged):
        acme.move(booked, other)
    with pytest.raises(TooLate):
        acme.move(booked, same)
    acme.change("service", "strict", rescheduleCutoffMinutes=0)
    with pytest.raises(SlotUnavailable):
        acme.move(booked, same)
    acme.now(other.expires_at)
    with pytest.raises(ReservationExpired):
        acme.move(booked, other)
    assert acme.appointment(booked) == booked


def test_the_cut_off_counts_to_the_start_it_has_now(acme: Office) -> None:
    booked = acme.book("12:00", "strict")
    acme.move(booked, acme.reserve("16:00", "strict"))
    acme.now(ms(at("13:00")))
    assert acme.move(booked, acme.reserve("15:00", "strict")).version == 3


def test_two_reservations_for_one_move(acme: Office) -> None:
    booked = acme.book("10:00", "strict")
    first = acme.reserve("10:00", "strict", replaces=booked.id)
    second = acme.reserve("11:00", "strict", replaces=booked.id)
    acme.move(booked, second)
    assert acme.problems() == []
    moved = acme.move(booked, first)
    assert (moved.version, moved.placement.start) == (3, at("10:00"))


def test_another_account_finds_neither(acme: Office, globex: Office) -> None:
    booked, held = acme.book("10:00"), acme.reserve("11:00")
    theirs, their_hold = globex.book("10:00"), globex.reserve("11:00")
    with pytest.raises(NotFound):
        globex.move(booked, held)
    with pytest.raises(NotFound):
        globex.move(theirs, held)
    with pytest.raises(NotFound):
        globex.move(booked, their_hold)
    assert acme.appointment(booked) == booked
    assert acme.get(held) == held
