"""Marks follow what is booked: who finds room again is un-marked, who finds none is marked."""

from collections.abc import Callable

import pytest

from openslot.kernel.actor import Actor
from openslot.kernel.scopes import APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE
from openslot.scheduling.booking import staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE, RuleOverride
from openslot.scheduling.model.appointment import ARRIVED, COMPLETED, IN_SERVICE, Appointment

from .office import Office, at, details

Leave = Callable[[Office, Appointment, str], object]
ANYWAY = RuleOverride(requested=True, reason="The mayor's niece")
ANY = (lambda _: True, NO_KEY)


def person(office: Office) -> Actor:
    """Somebody of the staff."""
    return Actor(
        office.account_id, "user", "desk", frozenset({APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE})
    )


def cancel(office: Office, one: Appointment, to: str) -> None:
    """Leaves for good."""
    office.cancel(one)


def move(office: Office, one: Appointment, to: str) -> None:
    """Goes elsewhere by a reservation."""
    office.move(one, office.reserve(to, "course"))


def move_by_staff(
    office: Office, one: Appointment, to: str, rule_override: RuleOverride = NO_OVERRIDE
) -> None:
    """Goes elsewhere at once."""
    start = at(to), None, None, rule_override
    office.do(staff.move, person(office), one.id, *start, *ANY)


LEAVING = pytest.mark.parametrize("leave", [cancel, move, move_by_staff])


def marked(office: Office, *ones: Appointment) -> list[bool]:
    """Whether each is marked."""
    return [office.appointment(one).conflicted for one in ones]


def three(office: Office) -> list[Appointment]:
    """Three appointments at the same time of the hall, which has just become too small."""
    found = [office.book("10:00", "course") for _ in range(3)]
    office.change("resource", "hall", capacity=1)
    assert marked(office, *found) == [True, True, True]
    return found


@LEAVING
def test_the_last_who_meets_nobody_fits_again(acme: Office, leave: Leave) -> None:
    first, second, third = three(acme)
    leave(acme, second, "15:00")
    assert marked(acme, first, second, third) == [True, False, True]
    leave(acme, first, "16:00")
    assert marked(acme, third) == [False]
    assert acme.appointment(third).version == 1
    assert acme.problems() == []


@LEAVING
def test_a_neighbour_in_its_buffer_counts_and_one_behind_it_does_not(
    acme: Office, leave: Leave
) -> None:
    """The hall is kept free for ten minutes after each."""
    before, after = acme.book("10:00", "course"), acme.book("10:30", "course")
    later = acme.book("11:30", "course"), acme.book("11:30", "course")
    acme.change("resource", "hall", capacity=1)
    assert marked(acme, before, after, *later) == [True, True, True, True]
    leave(acme, after, "15:00")
    assert marked(acme, before, *later) == [False, True, True]


@LEAVING
@pytest.mark.parametrize(
    "other",
    [
        ("service", "course", {"active": False}),
        ("resource", "hall", {"capacity": 1, "active": False}),
        ("branch", "centre", {"breaks": [{"day": "monday", "starts": "10:15", "ends": "10:20"}]}),
    ],
)
def test_who_does_not_fit_for_another_reason_stays_marked(
    acme: Office, leave: Leave, other: tuple[str, str, dict[str, object]]
) -> None:
    first, second, third = three(acme)
    acme.cancel(third)
    elsewhere = acme.reserve("15:00", "course")
    kind, key, fields = other
    acme.change(kind, key, **fields)
    if leave is cancel:
        acme.cancel(first)
    else:
        acme.move(first, elsewhere)
    assert marked(acme, second) == [True]


def test_a_block_keeps_it_marked(acme: Office) -> None:
    first, second, third = three(acme)
    acme.block("hall", "10:00")
    acme.cancel(first)
    acme.cancel(third)
    assert marked(acme, second) == [True]


def test_what_was_booked_against_the_rules_takes_nobodys_place(acme: Office) -> None:
    """So its leaving changes nothing, and it is not what keeps others marked."""
    acme.change("resource", "hall", capacity=1)
    first = acme.book("10:00", "course")
    wanted = acme.wanted("10:00", "course")
    extra = acme.do(staff.book, person(acme), wanted, details(), ANYWAY, NO_KEY)
    assert marked(acme, first, extra) == [False, False]
    acme.cancel(extra)
    assert marked(acme, first) == [False]
    pair = acme.book("12:00", "course"), first
    move_by_staff(acme, pair[1], "12:00", ANYWAY)
    assert marked(acme, *pair) == [False, False]
    assert acme.problems() == []


@pytest.mark.parametrize(
    ("steps", "kept"), [((ARRIVED, IN_SERVICE), False), ((ARRIVED, IN_SERVICE, COMPLETED), True)]
)
def test_who_is_here_is_un_marked_and_who_has_gone_is_not_touched(
    acme: Office, steps: tuple[str, ...], kept: bool
) -> None:
    first, here, third = three(acme)
    for status in steps:
        acme.do(staff.take_step, person(acme), here.id, status, *ANY)
    acme.cancel(first)
    acme.cancel(third)
    assert marked(acme, here) == [kept]


def test_another_account_does_not_notice(acme: Office, globex: Office) -> None:
    theirs = three(globex)
    acme.cancel(three(acme)[0])
    assert marked(globex, *theirs) == [True, True, True]


@pytest.mark.parametrize("moving", [False, True])
def test_a_hold_is_a_promise_that_a_smaller_capacity_does_not_break(
    acme: Office, moving: bool
) -> None:
    """It is confirmed; all who then meet are marked until somebody leaves."""
    old = acme.book("13:00", "course")
    there, held = acme.book("10:00", "course"), acme.reserve("10:00", "course")
    acme.change("resource", "hall", capacity=1)
    assert marked(acme, there) == [False]
    made = acme.move(old, held) if moving else acme.confirm(held)
    assert made.conflicted
    assert acme.appointment(made) == made
    assert marked(acme, there) == [True]
    assert acme.problems() == []
    acme.cancel(there)
    assert marked(acme, made) == [False]


def test_a_party_that_has_become_too_large_for_the_place(acme: Office) -> None:
    """Alone in it, it still takes more than there is."""
    held = acme.reserve("10:00", "course", party=3)
    acme.change("resource", "hall", capacity=2)
    made = acme.confirm(held)
    assert made.conflicted
    acme.change("resource", "hall", capacity=3)
    assert marked(acme, made) == [False]


@pytest.mark.parametrize(
    ("kind", "key"), [("branch", "centre"), ("service", "course"), ("resource", "hall")]
)
def test_what_is_not_offered_any_more_when_it_is_confirmed(
    acme: Office, kind: str, key: str
) -> None:
    held = acme.reserve("10:00", "course")
    acme.change(kind, key, active=False)
    made = acme.confirm(held)
    assert (made.conflicted, made.version) == (True, 1)
    acme.change(kind, key)
    assert marked(acme, made) == [False]


def test_whoever_confirms_in_room_enough_is_not_marked(acme: Office) -> None:
    there, held = acme.book("10:00", "course"), acme.reserve("10:00", "course")
    acme.change("resource", "hall", capacity=2)
    assert not acme.confirm(held).conflicted
    assert marked(acme, there) == [False]
