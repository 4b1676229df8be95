"""Rebasing: who can be moved, on data whose stored wall times were made to disagree."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from openslot.kernel.actor import operator_of
from openslot.kernel.clock import Minute
from openslot.scheduling import zone_data
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.zones import wall_time, zone_named
from openslot.scheduling.rebasing.shifts import KEEP_INSTANT, KEEP_WALL_TIME, Choice
from openslot.scheduling.store import blocks
from openslot.scheduling.zone_data import Rebasing

from .office import HOUR_MS, NOW, Office, at


def agree_on(office: Office, hours: int, *appointments: Appointment) -> None:
    """Lets appointments have been agreed on for so many hours later."""
    with office.town.raw() as raw:
        for one in appointments:
            wall = datetime.fromisoformat(one.wall_start) + timedelta(hours=hours)
            raw.execute(
                "UPDATE appointments SET wall_start = ? WHERE account_id = ? AND id = ?",
                (wall.isoformat(timespec="minutes"), office.account_id, one.id),
            )


def rebase(office: Office, choice: Choice = KEEP_WALL_TIME) -> Rebasing:
    """Rebases the branch as the operator."""
    branch_id = office.ids["branch", "centre"]
    return office.do(zone_data.rebase, operator_of(office.account_id), branch_id, choice)


def start(office: Office, appointment: Appointment) -> Minute:
    """When an appointment begins now."""
    return office.appointment(appointment).placement.start


def test_neighbours_move_by_an_hour_and_none_is_refused(acme: Office, globex: Office) -> None:
    """The first comes to where the third was, and so on."""
    made = [acme.book(f"{10 + n // 2}:{n % 2 * 30:02}", resource="desk-1") for n in range(6)]
    other = globex.book("10:00", resource="desk-1")
    agree_on(globex, 1, other)
    agree_on(acme, 1, *made)
    assert len(acme.do(zone_data.check)) == 6
    done = rebase(acme)
    assert (len(done.made), list(done.left)) == (6, [])
    assert [start(acme, one) for one in made] == [one.placement.start + 60 for one in made]
    assert [acme.appointment(one).version for one in made] == [2] * 6
    assert [change.change for change in acme.history(made[0])] == ["booked", "rebased"]
    assert acme.do(zone_data.check) == []
    assert list(rebase(acme).made) == []
    assert globex.appointment(other) == replace(other, wall_start="2027-01-04T11:00")
    assert len(globex.do(zone_data.check)) == 1


def test_an_instant_that_is_kept_gets_its_wall_time_back(acme: Office) -> None:
    one = acme.book("10:00", resource="desk-1")
    agree_on(acme, 1, one)
    rebase(acme, KEEP_INSTANT)
    after = acme.appointment(one)
    assert (after.placement, after.wall_start, after.version) == (one.placement, one.wall_start, 2)
    change = acme.history(one)[1]
    assert change.old is not None
    assert change.new is not None
    assert (change.old["wall_time"], change.new["wall_time"]) == (
        "2027-01-04T11:00",
        "2027-01-04T10:00",
    )


@pytest.mark.parametrize("what", ["appointment", "reservation", "block"])
def test_what_stands_at_the_new_place_is_not_touched(acme: Office, what: str) -> None:
    """Neither by the one that comes there nor by one that comes to the place of that one."""
    first, second = (acme.book(time, resource="desk-1") for time in ("10:00", "11:00"))
    free = acme.book("13:00", resource="desk-1")
    if what == "appointment":
        acme.book("12:00", resource="desk-1")
    elif what == "reservation":
        acme.reserve("12:00", resource="desk-1")
    else:
        acme.block("desk-1", "12:00")
    agree_on(acme, 1, first, second, free)
    done = rebase(acme)
    assert {shift.before.id for shift in done.left} == {first.id, second.id}
    assert start(acme, first) == at("10:00")
    assert start(acme, second) == at("11:00")
    assert start(acme, free) == at("14:00")
    assert {one.id for one in acme.do(zone_data.check)} == {first.id, second.id}


def test_a_block_moves_with_the_appointments_beside_it(acme: Office) -> None:
    """And not over one that was booked meanwhile."""
    before = acme.book("10:00", resource="desk-1")
    acme.block("desk-1", "10:30")
    after = acme.book("11:00", resource="desk-1")
    agree_on(acme, 1, before, after)
    with acme.town.raw() as raw:
        raw.execute(
            "UPDATE blocks SET wall_start = '2027-01-04T11:30', wall_end = '2027-01-04T12:00'"
        )
    newer = acme.book("11:30", resource="desk-1")
    [block] = acme.do(blocks.every)
    done = rebase(acme)
    assert {shift.before.id for shift in done.left} == {block.id}
    assert acme.do(blocks.every) == [block]
    acme.cancel(newer)
    assert [shift.before.id for shift in rebase(acme).made] == [block.id]
    [moved] = acme.do(blocks.every)
    assert (moved.start, moved.end) == (at("11:30"), at("12:00"))
    assert [start(acme, before), start(acme, after)] == [at("11:00"), at("12:00")]


def test_two_wall_times_that_are_one_instant_are_not_booked_twice(acme: Office) -> None:
    """The later of both is left."""
    first = acme.book("10:00", resource="desk-1")
    second = acme.book("11:00", resource="desk-1")
    agree_on(acme, 2, first)
    agree_on(acme, 1, second)
    done = rebase(acme)
    assert len(done.left) == 1
    assert len({start(acme, first), start(acme, second)}) == 2


def test_what_is_over_is_not_looked_at(acme: Office) -> None:
    one = acme.book("10:00", resource="desk-1")
    agree_on(acme, 1, one)
    acme.now(NOW + 4 * HOUR_MS)
    assert acme.do(zone_data.check) == []
    assert list(rebase(acme).made) == []


def test_wall_times_that_do_not_exist_become_those_of_their_instant(acme: Office) -> None:
    """So that a second run changes nothing: 02:30 becomes 03:30."""
    zone = zone_named("Europe/Amsterdam")
    assert zone is not None
    one = acme.book("10:00", resource="desk-1")
    with acme.town.raw() as raw:
        raw.execute("UPDATE appointments SET wall_start = '2027-03-28T02:30'")
    rebase(acme)
    after = acme.appointment(one)
    assert after.wall_start == "2027-03-28T03:30" == wall_time(after.placement.start, zone)
    assert acme.do(zone_data.check) == []
