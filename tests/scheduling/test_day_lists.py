"""The day at the desk: who comes in which order, and which acts would work now."""

from datetime import date

import pytest

from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import ADMIN_READ, APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE
from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, NO_SHOW
from openslot.scheduling.people import search_index
from openslot.scheduling.views import day_lists
from openslot.scheduling.views.day_lists import DayEntry, DayList, DayListQuery
from openslot.storage.journal import events

from .office import Office, at, ms
from .test_staff import book, person
from .test_undoing import cancel, step, undo

MONDAY = date(2027, 1, 4)
Acts = tuple[tuple[str, ...], bool, bool, bool]


def read(office: Office, *ids: str, by: Actor | None = None, on: date = MONDAY) -> DayList:
    """A day at the branch, whole or of some ids."""
    query = DayListQuery(office.ids["branch", "centre"], on, ids or None)
    return office.do(day_lists.read, by or person(office, APPOINTMENTS_MANAGE), query)


def acts(entry: DayEntry) -> Acts:
    """What can be done about one."""
    return (entry.next_steps, entry.is_undoable, entry.is_movable, entry.is_cancellable)


def acts_now(office: Office, by: Actor | None = None) -> Acts:
    """What can be done about the only one of the day."""
    (entry,) = read(office, by=by).entries
    return acts(entry)


def test_everybody_by_start_with_the_position_that_the_list_is_of(acme: Office) -> None:
    later = acme.book("11:00", resource="desk-1")
    first = acme.book("10:00", resource="desk-1")
    acme.book(at("10:00", 1), resource="desk-1")
    cancel(acme, later)
    acme.do(search_index.dispatch)
    found = read(acme)
    assert [one.appointment.id for one in found.entries] == [first.id, later.id]
    assert found.position == acme.do(events.last_position) > 0


def test_rows_that_are_asked_for_and_are_of_the_day(acme: Office, globex: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    other_day = acme.book(at("10:00", 1), resource="desk-1")
    acme.book("11:00", resource="desk-1")
    foreign = globex.book("10:00", resource="desk-1")
    found = read(acme, booked.id, other_day.id, foreign.id, "unknown")
    assert [one.appointment.id for one in found.entries] == [booked.id]


def test_the_acts_follow_the_visit(acme: Office) -> None:
    booked = book(acme, "10:00")
    assert acts_now(acme) == ((ARRIVED,), False, True, True)
    step(acme, booked, ARRIVED)
    assert acts_now(acme) == ((IN_SERVICE,), True, False, False)
    step(acme, booked, IN_SERVICE)
    assert acts_now(acme) == ((COMPLETED,), True, False, False)
    step(acme, booked, COMPLETED)
    assert acts_now(acme) == ((), True, False, False)
    acme.now(ms(at("08:00", 1)))
    assert acts_now(acme) == ((), True, False, False)
    acme.now(ms(at("08:00", 1)) + 1)
    assert acts_now(acme) == ((), False, False, False)


def test_what_is_taken_back_leaves_the_step_before(acme: Office) -> None:
    booked = book(acme, "10:00")
    step(acme, booked, ARRIVED, IN_SERVICE)
    undo(acme, booked)
    assert acts_now(acme) == ((IN_SERVICE,), True, False, False)
    undo(acme, booked)
    assert acts_now(acme) == ((ARRIVED,), False, True, True)


def test_after_the_start_nobody_moves_it_and_it_can_be_a_no_show(acme: Office) -> None:
    book(acme, "10:00")
    acme.now(ms(at("10:00")))
    assert acts_now(acme) == ((ARRIVED,), False, True, True)
    acme.now(ms(at("10:00")) + 1)
    assert acts_now(acme) == ((ARRIVED, NO_SHOW), False, False, False)


def test_a_cut_off_holds_for_whoever_may_not_break_it(acme: Office) -> None:
    book(acme, "10:00", "strict")
    acme.now(ms(at("08:30")))
    assert acts_now(acme)[2:] == (False, True)
    acme.now(ms(at("09:30")))
    assert acts_now(acme)[2:] == (False, False)
    planner = person(acme, APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE)
    assert acts_now(acme, planner)[2:] == (True, True)


def test_until_when_it_holds_if_nothing_happens(acme: Office) -> None:
    """Pages that stay open ask again then: the start, a cut-off, the end of undo."""
    book(acme, "10:00", "strict")
    untils = []
    for clock in ("07:00", "08:30", "09:30", "10:00"):
        acme.now(ms(at(clock)))
        untils.append(read(acme).entries[0].holds_until)
    assert untils == [ms(at("08:00")), ms(at("09:00")), ms(at("10:00")), ms(at("10:00"))]
    acme.now(ms(at("10:00")) + 1)
    (entry,) = read(acme).entries
    assert entry.holds_until is None
    step(acme, entry.appointment, ARRIVED)
    assert read(acme).entries[0].holds_until == ms(at("10:00", 1)) + 1


@pytest.mark.parametrize("taken", [False, True])
def test_a_cancelled_one_can_be_restored_for_a_minute_where_its_time_is_free(
    acme: Office, taken: bool
) -> None:
    booked = book(acme, "10:00", "will")
    cancel(acme, booked)
    if taken:
        acme.block("desk-2", "10:00")
    assert acts_now(acme) == ((), not taken, False, False)
    acme.now(ms(at("08:01")) + 1)
    assert acts_now(acme) == ((), False, False, False)


def test_who_may_only_look_sees_names_and_can_do_nothing(acme: Office) -> None:
    booked = book(acme, "10:00")
    step(acme, booked, ARRIVED)
    viewer = person(acme, ADMIN_READ)
    (entry,) = read(acme, by=viewer).entries
    assert acts(entry) == ((), False, False, False)
    assert set(entry.appointment.customer or ()) == {"firstName", "lastName"}


def test_one_appointment_by_itself_as_on_its_day(acme: Office, globex: Office) -> None:
    booked = book(acme, "10:00")
    step(acme, booked, ARRIVED)
    clerk = person(acme, APPOINTMENTS_MANAGE)
    assert acme.do(day_lists.entry_of, clerk, booked.id) == read(acme).entries[0]
    with pytest.raises(NotFound):
        globex.do(day_lists.entry_of, person(globex), booked.id)
