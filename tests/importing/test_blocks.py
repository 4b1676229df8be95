"""Blocks of a resource from a calendar: made once, changed with it, and nobody else's."""

from datetime import date

import pytest

from openslot.calendars.calendar_files import UnreadableCalendar
from openslot.importing.report import CHANGED, CREATED, REMOVED, UNCHANGED
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking import appointments
from scheduling.office import Office, at

from .calendars import blocked, event, imported, imported_file, spans, told


def test_a_block_of_an_event_that_is_cancelled_since_is_removed(acme: Office) -> None:
    lines = ("DTSTART:20270105T090000", "DURATION:PT1H")
    imported(acme, event("a", *lines))
    [block] = blocked(acme)
    report = imported(acme, event("a", *lines, "STATUS:CANCELLED"))
    assert [(one.id, one.change) for one in report.taken] == [(block.id, REMOVED)]
    assert told(report) == ["4: STATUS: is cancelled"]
    assert blocked(acme) == []


@pytest.mark.parametrize("until", [date(2027, 1, 3), date(2029, 1, 4)])
def test_a_last_day_that_is_past_or_too_far_is_refused(acme: Office, until: date) -> None:
    with pytest.raises(Invalid, match="--until"):
        imported(acme, until=until)


def test_the_same_calendar_again_changes_nothing(acme: Office) -> None:
    parts = (
        event("a", "DTSTART:20270105T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"),
        event("b", "DTSTART;VALUE=DATE:20270110"),
    )
    imported(acme, *parts)
    before = blocked(acme)
    assert [one.change for one in imported(acme, *parts).taken] == [UNCHANGED] * 4
    assert blocked(acme) == before


def test_what_has_changed_in_the_calendar_changes_here(acme: Office) -> None:
    imported(acme, event("a", "DTSTART:20270105T090000", "DURATION:PT1H", "SUMMARY:Dentist"))
    [before] = blocked(acme)
    moved = event("a", "DTSTART:20270105T140000", "DURATION:PT2H", "SUMMARY:Dentist")
    report = imported(acme, moved, with_reasons=True)
    [after] = blocked(acme)
    assert [one.change for one in report.taken] == [CHANGED]
    assert (after.id, after.start, after.reason) == (before.id, at("14:00", day=1), "Dentist")
    assert acme.reserve(at("09:00", day=1), resource="desk-1").placement.start == at("09:00", day=1)


def test_an_occurrence_that_is_moved_keeps_its_block(acme: Office) -> None:
    series = event("a", "DTSTART:20270105T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")
    imported(acme, series)
    ids = {block.id for block in blocked(acme)}
    moved = event("a", "RECURRENCE-ID:20270106T090000", "DTSTART:20270107T150000", "DURATION:PT1H")
    assert [one.change for one in imported(acme, series, moved).taken] == [UNCHANGED, CHANGED]
    assert {block.id for block in blocked(acme)} == ids
    assert spans(acme)[1] == (at("15:00", day=3), at("16:00", day=3))


def test_an_occurrence_is_known_by_its_instant_whatever_the_zone(acme: Office) -> None:
    zone = ";TZID=Europe/Amsterdam:20270105T090000"
    series = event("a", f"DTSTART{zone}", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2")
    imported(acme, series)
    moved = event(
        "a", "RECURRENCE-ID:20270106T080000Z", "DTSTART:20270106T140000Z", "DURATION:PT1H"
    )
    assert [one.change for one in imported(acme, series, moved).taken] == [UNCHANGED, CHANGED]
    assert spans(acme)[1] == (at("15:00", day=2), at("16:00", day=2))


def test_resources_and_accounts_do_not_share_events(acme: Office, globex: Office) -> None:
    leave = event("a", "DTSTART:20270105T090000", "DURATION:PT1H")
    for office, resource in ((acme, "desk-1"), (acme, "desk-2"), (globex, "desk-1")):
        assert [one.change for one in imported(office, leave, resource=resource).taken] == [CREATED]
    assert len({b.id for b in (*blocked(acme), *blocked(acme, "desk-2"), *blocked(globex))}) == 3
    assert blocked(globex, "desk-2") == []


def test_appointments_that_stand_there_are_kept_and_named(acme: Office) -> None:
    booked = acme.book(at("09:00", day=1), resource="desk-1")
    report = imported(acme, event("a", "DTSTART:20270105T090000", "DURATION:PT1H"))
    [remark] = report.remarks
    assert booked.id in remark.says
    assert acme.do(appointments.get, booked.id).conflicted
    assert len(report.taken) == 1


def test_a_dry_run_keeps_nothing(acme: Office) -> None:
    leave = event("a", "DTSTART:20270105T090000", "DURATION:PT1H")
    tried = imported(acme, leave, dry_run=True)
    assert blocked(acme) == []
    assert imported(acme, leave).taken == tried.taken


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"key,name\na,b\n", b"BEGIN:VCARD\nEND:VCARD\n", b"BEGIN:VEVENT\nEND:VEVENT"],
)
def test_what_is_no_calendar_is_refused(acme: Office, content: bytes) -> None:
    with pytest.raises(UnreadableCalendar, match=r"leave\.ics:\d+: is not"):
        imported_file(acme, content)


def test_an_unknown_resource_is_refused(acme: Office) -> None:
    with pytest.raises(NotFound, match="desk-9"):
        imported(acme, resource="desk-9")
