"""What is told to whoever looks at a day: who changed there, and who is in conflict there."""

from datetime import date

import pytest

from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.kernel.errors import NotFound
from openslot.scheduling.booking.expiries import note_expiries
from openslot.scheduling.people import search_index
from openslot.scheduling.views import day_changes
from openslot.scheduling.views.day_changes import BranchStart, FollowedDay, StartChange
from openslot.storage.journal import events

from .office import Office, at, ms

MONDAY, TUESDAY = date(2027, 1, 4), date(2027, 1, 5)


def day(office: Office, on: date = MONDAY) -> FollowedDay:
    """A date at the branch."""
    return office.do(day_changes.branch_day, office.ids["branch", "centre"], on)


def changes(office: Office, position: int = 0) -> list[StartChange]:
    """What happened after a position."""
    office.do(search_index.dispatch)
    return list(office.do(day_changes.changes_after, position).changes)


def test_a_day_is_that_of_its_branch(acme: Office) -> None:
    assert day(acme).first == at("00:00")
    assert day(acme).last - day(acme).first == MINUTES_PER_DAY
    with pytest.raises(NotFound):
        acme.do(day_changes.branch_day, "another account's", MONDAY)


def test_each_change_of_an_appointment_in_order(acme: Office, globex: Office) -> None:
    first = acme.book("10:00", resource="desk-1")
    acme.cancel(first)
    found = changes(acme)
    assert [(one.appointment_id, one.is_of(day(acme))) for one in found] == [(first.id, True)] * 2
    assert not any(one.is_of(day(acme, TUESDAY)) for one in found)
    assert changes(acme, found[-1].position) == []
    assert changes(globex) == []


def test_what_is_moved_changes_both_days(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    acme.move(booked, acme.reserve(at("11:00", 1), resource="desk-1"))
    booking, moving = changes(acme)
    assert (booking.is_of(day(acme)), booking.is_of(day(acme, TUESDAY))) == (True, False)
    assert (moving.is_of(day(acme)), moving.is_of(day(acme, TUESDAY))) == (True, True)


def test_an_expired_hold_is_nothing_to_a_day(acme: Office) -> None:
    acme.reserve("10:00", resource="desk-1")
    acme.now(ms(at("12:00")))
    assert acme.do(note_expiries) == 1
    assert changes(acme) == []
    last = acme.do(events.last_position)
    assert (acme.do(day_changes.changes_after, 0).position, last > 0) == (last, True)


def test_who_is_in_conflict_is_seen_though_no_event_says_it(acme: Office, globex: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    acme.book("12:00", resource="desk-1")
    today = day(acme)
    assert not acme.do(day_changes.conflicted_between, today.first, today.last)
    acme.change("resource", "desk-1", services=["licence"])
    found = acme.do(day_changes.conflicted_between, today.first, at("11:00"))
    assert set(found) == {(booked.id, BranchStart(today.branch_id, at("10:00")))}
    assert not globex.do(day_changes.conflicted_between, today.first, today.last)
