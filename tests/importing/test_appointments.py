"""Appointments of a table: booked once, whatever the rules say, and nobody else's."""

import dataclasses

import pytest

from openslot.importing.report import CREATED, UNCHANGED
from openslot.scheduling.model.appointment import CANCELLED
from scheduling.office import Office, at, ms

from .future import HEAD, found, imported, row, taken


def test_the_same_table_again_books_nothing(acme: Office) -> None:
    rows = [row("A-1", "2027-01-04 10:00"), row("A-2", "2027-01-04 11:00")]
    first = imported(acme, *rows)
    second = imported(acme, *rows, row("A-3", "2027-01-04 12:00"))
    assert [one.change for one in first.taken] == [CREATED] * 2
    assert [one.change for one in second.taken] == [UNCHANGED, UNCHANGED, CREATED]
    assert taken(second)[:2] == taken(first)
    assert acme.counts()["appointments"] == 3


def test_it_knows_references_after_months(acme: Office) -> None:
    rows = [row("A-1", "2027-06-07 10:00")]
    first = imported(acme, *rows)
    acme.now(ms(at("10:00", day=90)))
    assert taken(imported(acme, *rows)) == taken(first)
    assert acme.counts()["appointments"] == 1


def test_what_has_become_of_an_appointment_since_stays(acme: Office) -> None:
    rows = [row("A-1", "2027-01-04 10:00"), row("A-2", "2027-01-04 11:00")]
    moved, cancelled = (found(acme, made) for made in taken(imported(acme, *rows)))
    acme.move(moved, acme.reserve("15:00"))
    acme.cancel(cancelled)
    again = imported(acme, *rows)
    assert taken(again) == [moved.id, cancelled.id]
    assert [str(remark) for remark in again.remarks] == [
        "future.csv:2: start: was imported before and stands at 2027-01-04 15:00 now; "
        "it stays there",
        "future.csv:3: was imported before and is cancelled; it stays so",
    ]
    assert found(acme, moved.id).placement.start == at("15:00")
    assert found(acme, cancelled.id).status == CANCELLED


def test_accounts_do_not_share_references(acme: Office, globex: Office) -> None:
    rows = [row("A-1", "2027-01-04 10:00")]
    [ours], [theirs] = taken(imported(acme, *rows)), taken(imported(globex, *rows))
    assert ours != theirs
    assert found(globex, theirs).placement.branch_id == globex.ids["branch", "centre"]
    assert (acme.counts()["appointments"], globex.counts()["appointments"]) == (1, 1)


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2027-01-04 08:15", "The time is not inside open time"),
        ("2027-01-04 10:07", "Appointments do not begin at this time"),
        ("2028-06-05 10:00", "The time is further ahead than this can be booked"),
    ],
)
def test_rules_do_not_stand_in_the_way_and_are_told(acme: Office, start: str, why: str) -> None:
    report = imported(acme, row("A-1", start))
    [made] = taken(report)
    assert found(acme, made).override
    assert [remark.says for remark in report.remarks] == [f"booked against the rules: {why}"]


def test_notice_does_not_stand_in_the_way(acme: Office) -> None:
    acme.now(ms(at("09:50")))
    report = imported(acme, row("A-1", "2027-01-04 10:00", service="strict"))
    assert found(acme, taken(report)[0]).override
    assert "too soon" in report.remarks[0].says


def test_more_than_there_are_places_for_are_taken_and_named(acme: Office) -> None:
    rows = [row(f"A-{n}", "2027-01-04 10:00", "desk-1") for n in range(2)]
    beside = acme.book("10:00", "will")  # at another desk
    report = imported(acme, *rows, head=f"{HEAD},resource")
    first, second = taken(report)
    [remark] = report.remarks
    assert (remark.line, remark.column) == (3, "start")
    assert remark.says == f"overlaps more than there are places for: {first}"
    assert (found(acme, first).override, found(acme, second).override) == (False, True)
    assert beside.id not in remark.says


def test_places_are_counted_at_every_instant(acme: Office) -> None:
    starts = ["09:00", "09:30", "10:00"]
    rows = [
        row(f"A-{n}", f"2027-01-04 {start}", str(size), "course")
        for n, (start, size) in enumerate(zip(starts, (2, 2, 1), strict=True))
    ]
    report = imported(acme, *rows, head=f"{HEAD},numberOfReservations")
    first, second, _ = taken(report)
    # Two and two are more than three places, for the ten minutes of buffer that they share.
    assert [(r.line, r.says.rpartition(" ")[2]) for r in report.remarks] == [(3, first)]
    assert found(acme, second).override


def test_those_beside_it_one_after_another_do_not_add_up(acme: Office) -> None:
    rows = [
        row("A-1", "2027-01-04 09:00", "1", "course"),
        row("A-2", "2027-01-04 10:00", "1", "course"),
        row("A-3", "2027-01-04 09:35", "2", "course"),
    ]
    report = imported(acme, *rows, head=f"{HEAD},numberOfReservations")
    assert [remark.says for remark in report.remarks] == [
        "booked against the rules: Appointments do not begin at this time"
    ]


def test_a_block_stands_firm(acme: Office) -> None:
    acme.block("desk-1", "10:00")
    acme.block("desk-2", "10:00")
    report = imported(acme, row("A-1", "2027-01-04 10:00"), row("A-2", "2027-01-04 11:00"))
    assert [str(remark) for remark in report.not_taken] == [
        "future.csv:2: start: The time is blocked"
    ]
    assert len(report.taken) == 1


def test_a_dry_run_keeps_nothing_and_says_the_same(acme: Office) -> None:
    rows = [row("A-1", "2027-01-04 10:00"), row("A-2", "2027-01-03 10:00")]
    tried = imported(acme, *rows, dry_run=True)
    assert acme.counts() == {"sheets": 0}
    real = imported(acme, *rows)
    assert dataclasses.asdict(tried) == dataclasses.asdict(real)
