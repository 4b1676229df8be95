"""Absences: the time is blocked, and whoever was to come in it is moved, one after another."""

from collections.abc import Collection

import pytest

from openslot.kernel.actor import STAFF, InsufficientScope
from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.scopes import ADMIN_WRITE, APPOINTMENTS_MANAGE
from openslot.scheduling.booking import absences
from openslot.scheduling.booking.absences import Absence, AbsenceOutcome
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.appointment import ARRIVED

from .office import Office, at, ms
from .test_staff import ANYWAY, book, person
from .test_undoing import step


def absence(
    office: Office,
    first: str,
    last: str,
    resource: str = "desk-1",
    only: Collection[str] | None = None,
    day: int = 0,
) -> Absence:
    """When a resource is away."""
    resource_id = office.ids["resource", resource]
    return Absence(resource_id, at(first, day), at(last, day), "Ill", only)


def away(office: Office, given: Absence) -> AbsenceOutcome:
    """Somebody calls in ill."""
    by = person(office, APPOINTMENTS_MANAGE).on_side(STAFF)
    return office.do(absences.enter, by, given, NO_KEY)


def places(office: Office, outcome: AbsenceOutcome) -> list[tuple[Minute, str]]:
    """Where the moved ones are now."""
    names = {id_: key for (kind, key), id_ in office.ids.items() if kind == "resource"}
    return [(one.placement.start, names[one.placement.resource_ids[0]]) for one in outcome.moved]


def test_another_desk_at_the_same_time(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    other = acme.book("12:00", resource="desk-1")
    outcome = away(acme, absence(acme, "09:00", "11:00"))
    assert places(acme, outcome) == [(at("10:00"), "desk-2")]
    assert outcome.stranded == []
    assert acme.appointment(booked) == outcome.moved[0]
    assert not acme.appointment(booked).conflicted
    assert acme.appointment(other) == other
    assert [change.change for change in acme.history(booked)] == ["booked", "moved"]


def test_else_the_nearest_time_and_of_two_as_near_the_later(acme: Office) -> None:
    """The first one takes the place that the second one would have had."""
    first = acme.book("10:00", resource="desk-1")
    second = acme.book("10:30", resource="desk-1")
    for clock in ("10:00", "10:30"):
        acme.block("desk-2", clock)
    outcome = away(acme, absence(acme, "10:00", "12:00"))
    assert [one.id for one in outcome.moved] == [first.id, second.id]
    assert places(acme, outcome) == [(at("09:30"), "desk-2"), (at("11:00"), "desk-2")]
    twin = acme.book("14:00", resource="desk-1")
    acme.block("desk-2", "14:00")
    outcome = away(acme, absence(acme, "14:00", "14:30"))
    assert (twin.id, places(acme, outcome)) == (outcome.moved[0].id, [(at("14:30"), "desk-1")])


def test_within_a_fortnight_or_not_at_all(acme: Office) -> None:
    booked = book(acme, "10:00", "will")
    desk = acme.ids["resource", "desk-2"]
    outcome = away(acme, Absence(desk, at("00:00"), at("00:00", 14), None, None))
    assert places(acme, outcome) == [(at("09:00", 14), "desk-2")]
    outcome = away(acme, Absence(desk, at("00:00", 14), at("00:00", 40), None, None))
    assert (outcome.moved, outcome.stranded) == ([], [booked.id])
    assert acme.appointment(booked).conflicted


def test_who_cannot_be_moved_or_is_not_listed_stays(acme: Office) -> None:
    here = acme.book("10:00", resource="desk-1")
    step(acme, here, ARRIVED)
    listed = acme.book("11:00", resource="desk-1")
    left = acme.book("12:00", resource="desk-1")
    outcome = away(acme, absence(acme, "09:00", "17:00", only={listed.id, here.id}))
    assert [one.id for one in outcome.moved] == [listed.id]
    assert outcome.stranded == [here.id, left.id]
    assert [acme.appointment(one).conflicted for one in (here, left)] == [True, True]


def test_whose_visit_has_begun_stays(acme: Office) -> None:
    booked = acme.book("10:00", resource="desk-1")
    acme.now(ms(at("10:01")))
    outcome = away(acme, absence(acme, "10:00", "12:00"))
    assert (outcome.moved, outcome.stranded) == ([], [booked.id])


def test_lengths_cut_offs_and_notice(acme: Office) -> None:
    """The own length goes along; a cut-off binds customers, and notice a new time alone."""
    longer = book(acme, "10:00", resource="desk-1", own_minutes=60)
    late = acme.book("12:00", "strict", resource="desk-1")
    acme.now(ms(at("09:45")))
    outcome = away(acme, absence(acme, "09:00", "13:00"))
    assert [one.id for one in outcome.moved] == [longer.id, late.id]
    assert places(acme, outcome) == [(at("10:00"), "desk-2"), (at("13:00"), "desk-1")]
    assert outcome.moved[0].placement.end == at("11:00")


def test_what_broke_the_rules_gets_a_time_by_the_rules(acme: Office) -> None:
    booked = book(acme, "20:00", resource="desk-1", rule_override=ANYWAY)
    outcome = away(acme, absence(acme, "19:00", "21:00"))
    assert [one.id for one in outcome.moved] == [booked.id]
    assert places(acme, outcome) == [(at("16:30"), "desk-2")]
    assert not outcome.moved[0].override


def test_it_takes_the_scope_and_a_resource_of_the_account(acme: Office, globex: Office) -> None:
    given = absence(acme, "09:00", "10:00")
    with pytest.raises(InsufficientScope):
        acme.do(absences.enter, person(acme, ADMIN_WRITE), given, NO_KEY)
    with pytest.raises(NotFound):
        away(acme, absence(globex, "09:00", "10:00"))
