"""A calendar that is imported again: what it gives now is blocked, and nothing else of it."""

import asyncio
from datetime import date
from itertools import count
from typing import Any

import pytest

from openslot.importing.blocks import BlockImport, import_blocks
from openslot.importing.report import CHANGED, CREATED, REMOVED, UNCHANGED, ImportReport
from openslot.kernel.errors import Invalid
from openslot.storage.transactions import Database
from scheduling.office import Office, at, ms

from .calendars import blocked, calendar, event, imported, imported_file, spans, told

NINE = ("DTSTART:20270105T090000", "DURATION:PT1H")
TEN = ("DTSTART:20270105T100000", "DURATION:PT1H")
WEEKLY = event("a", *NINE, "RRULE:FREQ=WEEKLY;COUNT=3")


def changes(report: ImportReport) -> list[str]:
    """What was done, in the order in which it was."""
    return [one.change for one in report.taken]


def test_a_series_that_moved_leaves_nothing_where_it_was(acme: Office, globex: Office) -> None:
    for office in (acme, globex):
        imported(office, WEEKLY)
    moved = imported(acme, WEEKLY.replace("T09", "T10"), file="other-name.ics")
    assert changes(moved) == [CREATED] * 3 + [REMOVED] * 3
    assert {one.line for one in moved.taken} == {4}
    assert spans(acme) == [(at("10:00", day=d), at("11:00", day=d)) for d in (1, 8, 15)]
    assert spans(globex) == [(at("09:00", day=d), at("10:00", day=d)) for d in (1, 8, 15)]


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (event("a", *NINE), [1]),
        (WEEKLY.replace("COUNT=3", "COUNT=2"), [1, 8]),
        (WEEKLY.replace("RRULE", "EXDATE:20270112T090000\nRRULE"), [1, 15]),
        (WEEKLY + event("a", "RECURRENCE-ID:20270112T090000", *NINE, "STATUS:CANCELLED"), [1, 15]),
        (WEEKLY.replace("20270105", "20290105"), []),
        (WEEKLY.replace("20270105", "20260105"), []),
        (WEEKLY.replace("RRULE", "TRANSP:TRANSPARENT\nRRULE"), []),
        (WEEKLY.replace("DURATION:PT1H", "DURATION:soon"), []),
    ],
)
def test_what_the_file_no_longer_gives_of_an_event_is_removed(
    acme: Office, again: str, expected: list[int]
) -> None:
    imported(acme, WEEKLY)
    report = imported(acme, again)
    assert [start for start, _ in spans(acme)] == [at("09:00", day=d) for d in expected]
    assert changes(report).count(REMOVED) >= 3 - len(expected)


def test_events_that_are_gone_are_named_and_removed_on_request(acme: Office) -> None:
    keep, gone = event("keep", *NINE), event("gone", *TEN, "RRULE:FREQ=DAILY;COUNT=2")
    imported(acme, keep, gone, calendar="leave")
    ids = [block.id for block in blocked(acme) if block.start % 1440 == at("10:00") % 1440]
    for _ in range(2):
        report = imported(acme, keep, calendar="leave", file="export (2).ics")
        assert changes(report) == [UNCHANGED]
        [remark] = report.remarks
        assert (remark.line, all(block_id in remark.says for block_id in ids)) == (1, True)
    other = imported(acme, keep, calendar="work", remove_missing=True)
    assert (changes(other), other.remarks) == ([UNCHANGED], [])
    tried = imported(acme, keep, calendar="leave", remove_missing=True, dry_run=True)
    assert (changes(tried).count(REMOVED), len(blocked(acme))) == (2, 3)
    removed = imported(acme, calendar="leave", remove_missing=True)
    assert changes(removed) == [REMOVED] * 2  # what is "work"'s by now stays
    assert spans(acme) == [(at("09:00", day=1), at("10:00", day=1))]


def test_a_file_that_is_not_whole_removes_nothing_that_it_lacks(acme: Office) -> None:
    imported(acme, event("a", *NINE), event("b", *TEN))
    broken = calendar(event("a", *NINE)).removesuffix(b"END:VCALENDAR\r\n")
    report = imported_file(acme, broken, remove_missing=True)
    assert changes(report) == [UNCHANGED]
    assert "were left, since the file is not complete" in report.remarks[0].says
    assert len(blocked(acme)) == 2


def test_blocks_that_are_over_late_or_of_people_are_never_touched(acme: Office) -> None:
    acme.block("desk-1", at("12:00", day=1))
    imported(acme, event("a", *NINE, "RRULE:FREQ=WEEKLY;COUNT=6"))
    acme.now(ms(at("09:00", day=8)))
    report = imported(acme, event("a", *TEN), until=date(2027, 1, 30), remove_missing=True)
    # The one of today and that of the third week; what is over keeps its block.
    assert changes(report) == [REMOVED] * 3
    assert told(report) == ["4: is over"]
    assert spans(acme) == [
        (at("09:00", day=1), at("10:00", day=1)),
        (at("12:00", day=1), at("12:30", day=1)),
        *((at("09:00", day=d), at("10:00", day=d)) for d in (29, 36)),
    ]


def test_an_event_that_took_place_and_moves_gets_another_block(acme: Office) -> None:
    imported(acme, event("a", *NINE))
    acme.now(ms(at("12:00", day=1)))
    moved = event("a", "DTSTART:20270107T090000", "DURATION:PT1H")
    assert changes(imported(acme, moved)) == [CREATED]
    assert changes(imported(acme, moved)) == [UNCHANGED]
    assert len(blocked(acme)) == 2


def test_a_block_that_goes_on_is_the_same_on_the_next_day(acme: Office) -> None:
    leave = event("a", "DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20280701")
    assert changes(imported(acme, leave, until=date(2027, 6, 1))) == [CREATED]
    assert spans(acme) == [(at("00:00"), at("00:00", day=149) - 60)]
    acme.now(ms(at("09:00", day=3)))
    assert changes(imported(acme, leave, until=date(2027, 6, 1))) == [UNCHANGED]
    assert changes(imported(acme, leave, until=date(2027, 5, 1))) == [UNCHANGED]
    assert changes(imported(acme, leave, until=date(2028, 12, 1))) == [CHANGED]
    [block] = blocked(acme)
    assert (block.start, block.end - block.start > 500 * 1440) == (at("00:00"), True)


def test_importing_again_writes_nothing(acme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = (WEEKLY, event("b", *TEN), event("c", "DTSTART;VALUE=DATE:20261224", "DURATION:P90D"))
    imported(acme, *parts)

    async def write(*_: object) -> None:
        raise AssertionError("an import that changes nothing has written")

    monkeypatch.setattr(acme.town.database, "write", write)
    assert changes(imported(acme, *parts)) == [UNCHANGED] * 5


class Stopped(Exception):
    """The import ends here."""


def test_an_import_that_was_stopped_is_finished_by_the_next(
    acme: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily = event("a", *NINE, "RRULE:FREQ=DAILY;COUNT=50")
    imported(acme, daily)
    moved = daily.replace("T09", "T10")
    whole = acme.town.database.write
    calls = count(1)

    async def write(*given: Any) -> object:
        if next(calls) == 2:
            raise Stopped
        return await whole(*given)

    with monkeypatch.context() as patched, pytest.raises(Stopped):
        patched.setattr(acme.town.database, "write", write)
        imported(acme, moved)
    assert len(blocked(acme)) == 70  # nothing was given back before all was taken
    report = imported(acme, moved)
    assert changes(report).count(REMOVED) == 50
    assert spans(acme) == [(at("10:00", day=d), at("11:00", day=d)) for d in range(1, 51)]


def test_two_imports_at_a_time_make_each_block_one_time(acme: Office) -> None:
    daily = calendar(event("a", *NINE, "RRULE:FREQ=DAILY;COUNT=60"))
    wish = BlockImport("desk-1", daily, "leave.ics")

    async def both(database: Database) -> list[ImportReport]:
        imports = (import_blocks(database, acme.account_id, wish) for _ in range(2))
        return list(await asyncio.gather(*imports))

    reports = acme.town.run(both(acme.town.database))
    assert [len(report.taken) for report in reports] == [60, 60]
    assert len(blocked(acme)) == 60


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 256])
def test_a_calendar_has_a_name_that_can_be_read(acme: Office, name: str) -> None:
    with pytest.raises(Invalid, match="--calendar"):
        imported(acme, WEEKLY, calendar=name)
