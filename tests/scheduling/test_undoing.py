"""Taking back the latest change of state: by whom, until when, and whether the time is free."""

import pytest

from openslot.kernel.actor import STAFF, Actor, InsufficientScope
from openslot.kernel.clock import Millis
from openslot.kernel.scopes import ADMIN_WRITE
from openslot.scheduling.booking import appointments, staff, undoing
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.model.appointment import (
    ARRIVED,
    CANCELLED,
    COMPLETED,
    CONFIRMED,
    IN_SERVICE,
    NO_SHOW,
    Appointment,
)
from openslot.scheduling.model.errors import NothingToUndo, SlotUnavailable, VersionMismatch
from openslot.scheduling.people import search_index
from openslot.scheduling.store import history
from openslot.storage.journal import events

from .office import HOUR_MS, NOW, Office, at, ms
from .test_staff import ANYWAY, book, person

DAY_MS = 24 * HOUR_MS


def clerk(office: Office) -> Actor:
    """Somebody at the desk, through the admin API."""
    return person(office).on_side(STAFF)


def undo(office: Office, booked: Appointment, by: Actor | None = None) -> Appointment:
    """Takes the latest change back."""
    who = by or clerk(office)
    return office.do(undoing.undo, who, booked.id, lambda _: True, NO_KEY)


def step(office: Office, booked: Appointment, *statuses: str) -> None:
    """Takes a visit on."""
    for status in statuses:
        anything = (status, lambda _: True, NO_KEY)
        office.do(staff.take_step, clerk(office), booked.id, *anything)


def cancel(office: Office, booked: Appointment, by: Actor | None = None) -> None:
    """Cancels."""
    anything = (lambda _: True, NO_KEY, NO_OVERRIDE)
    office.do(appointments.cancel, by or clerk(office), booked.id, *anything)


def refusal(office: Office, booked: Appointment) -> str:
    """Why its time cannot be had again."""
    with pytest.raises(SlotUnavailable) as refused:
        undo(office, booked)
    assert office.appointment(booked).status == CANCELLED
    return str(refused.value.data["reason"])


def test_a_visit_goes_back_step_by_step(acme: Office) -> None:
    booked = acme.book("10:00")
    step(acme, booked, ARRIVED, IN_SERVICE, COMPLETED)
    found = [undo(acme, booked) for _ in range(3)]
    assert [(one.status, one.version) for one in found] == [
        (IN_SERVICE, 5), (ARRIVED, 6), (CONFIRMED, 7),
    ]  # fmt: skip
    assert found[-1] == acme.appointment(booked)
    with pytest.raises(NothingToUndo):
        undo(acme, booked)
    last = acme.history(booked)[-1]
    assert (last.change, last.old, last.new) == (
        "restored", {"status": ARRIVED}, {"status": CONFIRMED},
    )  # fmt: skip


def test_after_something_was_taken_back_the_next_one_counts(acme: Office) -> None:
    booked = acme.book("10:00")
    step(acme, booked, ARRIVED)
    undo(acme, booked)
    step(acme, booked, ARRIVED, IN_SERVICE)
    assert undo(acme, booked).status == ARRIVED
    assert undo(acme, booked).status == CONFIRMED
    with pytest.raises(NothingToUndo):
        undo(acme, booked)


def test_nobody_came_and_then_did(acme: Office) -> None:
    booked = acme.book("10:00")
    acme.now(ms(at("10:05")))
    step(acme, booked, NO_SHOW)
    assert undo(acme, booked).status == CONFIRMED


@pytest.mark.parametrize(("late", "is_done"), [(0, True), (1, False)])
def test_a_step_can_be_taken_back_for_a_day(acme: Office, late: Millis, is_done: bool) -> None:
    booked = acme.book("10:00")
    step(acme, booked, ARRIVED)
    acme.now(NOW + DAY_MS + late)
    if is_done:
        assert undo(acme, booked).status == CONFIRMED
        return
    with pytest.raises(NothingToUndo):
        undo(acme, booked)


@pytest.mark.parametrize(
    ("seconds", "passed", "is_done"),
    [(None, 60_000, True), (None, 60_001, False), (5, 5_000, True), (5, 5_001, False),
     (0, 0, False)],
)  # fmt: skip
def test_a_cancellation_as_long_as_the_account_says(
    acme: Office, seconds: int | None, passed: Millis, is_done: bool
) -> None:
    if seconds is not None:
        acme.settings(staffUndoSeconds=seconds)
        acme.now(NOW)
    booked = acme.book("10:00")
    cancel(acme, booked)
    acme.now(NOW + passed)
    if is_done:
        assert undo(acme, booked).status == CONFIRMED
        assert acme.counts()["appointments"] == 1
        return
    with pytest.raises(NothingToUndo):
        undo(acme, booked)


def test_what_the_customer_cancelled_stays_so(acme: Office) -> None:
    booked = acme.book("10:00")
    cancel(acme, booked, acme.actor)
    with pytest.raises(NothingToUndo):
        undo(acme, booked)


def test_what_was_before_a_move_stays_so(acme: Office) -> None:
    booked = acme.book("10:00")
    step(acme, booked, ARRIVED)
    undo(acme, booked)
    acme.move(booked, acme.reserve("11:00", replaces=booked.id))
    with pytest.raises(NothingToUndo):
        undo(acme, booked)


def test_it_takes_a_scope_and_the_version_that_was_read(acme: Office) -> None:
    booked = acme.book("10:00")
    step(acme, booked, ARRIVED)
    with pytest.raises(InsufficientScope):
        undo(acme, booked, person(acme, ADMIN_WRITE).on_side(STAFF))
    with pytest.raises(VersionMismatch):
        acme.do(undoing.undo, clerk(acme), booked.id, lambda version: version == 1, NO_KEY)
    assert acme.appointment(booked).status == ARRIVED


def test_the_time_is_taken_again_on_the_same_resource(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-2")
    cancel(acme, booked)
    restored = undo(acme, booked)
    assert (restored.status, restored.placement) == (CONFIRMED, booked.placement)
    with pytest.raises(SlotUnavailable):
        acme.reserve("10:00", resource="desk-2")
    acme.reserve("10:00", resource="desk-1")


def test_a_time_that_somebody_has_meanwhile_is_refused(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    cancel(acme, booked)
    other = acme.reserve("10:00", resource="desk-1")
    assert refusal(acme, booked) == "held"
    acme.confirm(other)
    assert refusal(acme, booked) == "taken"


def test_a_time_that_no_longer_exists_is_refused(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    cancel(acme, booked)
    acme.block("desk-1", "10:15", 10)
    assert refusal(acme, booked) == "blocked"
    acme.change("branch", "centre", openingHours=[{"day": "monday", "opens": "12:00",
                                                   "closes": "17:00"}])  # fmt: skip
    assert refusal(acme, booked) == "closed"
    acme.change("resource", "desk-1", active=False)
    assert refusal(acme, booked) == "not_offered"


def test_of_several_places_enough_must_be_left(acme: Office) -> None:
    booked = acme.book("10:00", "course", party=2)
    cancel(acme, booked)
    acme.book("10:00", "course")
    assert undo(acme, booked).status == CONFIRMED
    cancel(acme, booked)
    acme.book("10:00", "course")
    assert refusal(acme, booked) == "capacity"


def test_notice_and_cut_offs_have_no_say(acme: Office) -> None:
    booked = acme.book("12:00", "strict")
    acme.now(ms(at("11:00")))
    cancel(acme, booked)
    acme.change("service", "strict", minimumNoticeMinutes=600, horizonDays=0)
    assert undo(acme, booked).status == CONFIRMED


def test_what_broke_the_rules_breaks_them_again(acme: Office) -> None:
    booked = book(acme, "20:00", resource="desk-1", rule_override=ANYWAY)
    cancel(acme, booked)
    book(acme, "20:00", resource="desk-1", rule_override=RuleOverride(True, "Another"))
    assert undo(acme, booked).override
    cancel(acme, booked)
    acme.block("desk-1", "20:00")
    assert refusal(acme, booked) == "blocked"


def test_a_visit_that_is_no_longer_over_can_be_in_conflict(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    step(acme, booked, ARRIVED, IN_SERVICE, COMPLETED)
    acme.block("desk-1", "10:00")
    assert not acme.appointment(booked).conflicted
    assert undo(acme, booked).conflicted
    assert acme.appointment(booked).conflicted


def test_calendars_count_what_they_show(acme: Office) -> None:
    """RFC 5545 §3.8.7.4: a cancellation and its end are revisions, the steps of a visit are not."""
    booked = acme.book("10:00")
    cancel(acme, booked)
    undo(acme, booked)
    assert acme.do(history.calendar_sequence, booked.id) == 2
    step(acme, booked, ARRIVED)
    undo(acme, booked)
    assert acme.do(history.calendar_sequence, booked.id) == 2
    while acme.beside(search_index.dispatch):
        pass
    found = [e for e in acme.do(events.after, 0, 100) if e.type == "appointment.restored"]
    assert [(e.data["previous"], e.data["sequence"]) for e in found] == [
        ({"status": CANCELLED}, 2), ({"status": ARRIVED}, 2),
    ]  # fmt: skip


def test_what_nobody_is_told_of_stands_in_the_history(acme: Office) -> None:
    booked = acme.book("10:00")
    cancel(acme, booked, clerk(acme).on_side(STAFF, notifies=False))
    assert [(c.change, c.side, c.notified) for c in acme.history(booked)] == [
        ("booked", "customer", True), ("cancelled", "staff", False),
    ]  # fmt: skip
    while acme.beside(search_index.dispatch):
        pass
    told = [e.data.get("notified", True) for e in acme.do(events.after, 0, 100)]
    assert told == [True, False]
