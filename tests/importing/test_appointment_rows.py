"""What a row of a table of appointments says, and every fault at its cell."""

import pytest

from openslot.importing.tables import UnreadableTable
from openslot.scheduling.model.appointment import CONFIRMED
from scheduling.office import Office, at

from .future import HEAD, faults, found, imported, row, taken


def test_a_row_becomes_an_appointment_with_all_that_it_says(acme: Office) -> None:
    head = f"{HEAD},identifier,phoneNumber,dateOfBirth,numberOfReservations,resource,notes,"
    more = "CITIZEN0001,015 214 0000,1990-12-10,2,desk-1,Brings a dog,three"
    line = row("A-1", "2027-01-04 10:00", more, "family")
    report = imported(acme, line, head=head + "answer:kids")
    [made] = taken(report)
    assert report.remarks == []
    booked = found(acme, made)
    assert (booked.status, booked.override, booked.client_id) == (CONFIRMED, False, "operator")
    assert booked.placement.start == at("10:00")
    assert (booked.placement.end, booked.placement.party) == (at("10:45"), 2)
    assert booked.placement.resource_ids == (acme.ids["resource", "desk-1"],)
    assert booked.customer is not None
    assert booked.customer["phoneE164"] == "+31152140000"
    assert (booked.identifier, booked.notes) == ("CITIZEN0001", "Brings a dog")
    assert booked.answers is not None
    assert [answer["answer"] for answer in booked.answers] == ["three"]
    [change] = acme.history(booked)
    assert (change.change, change.actor_type) == ("booked", "operator")
    assert change.new is not None
    assert change.new["reason"] == "imported"


def test_cells_follow_the_rules_of_every_interface(acme: Office) -> None:
    """White space around a text is not part of it, and a number with letters is none."""
    head = f"{HEAD},identifier,phoneNumber,notes"
    pad = "\u202f\u00a0 "
    good = row(
        "A-1", "2027-01-04 10:00", f"{pad}CITIZEN0001{pad},{pad}06\u202f12345678{pad},{pad}x"
    )
    letters = row("A-2", "2027-01-04 10:00", "CITIZEN0001,0612345abc")
    local = row("A-3", "2027-01-04 10:00", "CITIZEN0001,1234567")
    report = imported(acme, good, letters, local, head=head)
    [made] = [str(one.id) for one in report.taken]
    booked = found(acme, made)
    assert (booked.identifier, booked.notes) == ("CITIZEN0001", "x")
    assert booked.customer is not None
    assert booked.customer["phoneNumber"] == "06\u202f12345678"
    assert booked.customer["phoneE164"] == "+31612345678"
    assert faults(report) == [(3, "phoneNumber"), (4, "phoneNumber")]


def test_each_fault_is_told_at_its_cell_and_the_rest_is_taken(acme: Office) -> None:
    head = f"{HEAD},resource,identifier,phoneNumber,numberOfReservations,notes,answer:kids"
    rows = [
        row("A-1", "2027-01-03 10:00"),
        row("A-2", "4-1-2027 10:00"),
        row("A-3", "2027-02-30 10:00"),
        row("A-4", "2027-01-04 10:00", branch="center"),
        row("A-5", "2027-01-04 10:00", service="closed-down"),
        row("A-6", "2027-01-04 10:00", branch="closed-down"),
        row("A-7", "2027-01-04 10:00", "hall"),
        row("A-8", "2027-01-04 10:00", "desk-9,short,12,none," + "n" * 2049),
        row("A-9", "2027-01-04 10:00", ",,,2"),
        row("A-10", "2027-01-04 10:00", service="family"),
        row("A-11", "2027-01-04 10:00", ",,,,,three"),
        row("A-12", "2027-01-04 10:00", service="passport|will"),
        "A-13,centre,passport,2027-01-04 10:00,,Lovelace,no address",
        row("", "2027-01-04 10:00"),
        row("A-15", "2027-01-04 10:00"),
        row("A-15", "2027-01-04 11:00"),
        row("A-16", "2027-01-04 10:00", service="passport|passport"),
        row("A-17", "2027-01-04 13:00", ",,0"),
        row("A-18", "2072-01-04 13:00"),
        row("A-19", "9999-12-31 23:59"),
    ]
    report = imported(acme, *rows, head=head)
    assert sorted(set(faults(report)), key=str) == sorted(
        [
            (2, "start"),
            (3, "start"),
            (4, "start"),
            (5, "branch"),
            (6, "service"),
            (7, "branch"),
            (8, "resource"),
            (9, "resource"),
            (9, "identifier"),
            (9, "numberOfReservations"),
            (9, "notes"),
            (10, "numberOfReservations"),
            (11, "answer:kids"),
            (12, "answer:kids"),
            (13, "service"),
            (14, "firstName"),
            (14, "email"),
            (15, "externalReference"),
            (17, "externalReference"),
            (18, "service"),
            (19, "phoneNumber"),
            (20, "start"),
            (21, "start"),
        ],
        key=str,
    )
    assert [one.line for one in report.taken] == [16]
    said = " ".join(map(str, report.not_taken))
    assert 'the account has no branch with the key "center"; did you mean "centre"?' in said
    assert "Ada" not in said
    assert "ada@" not in said


def test_what_the_service_needs_is_asked_for(acme: Office) -> None:
    line = row("A-1", "2027-01-04 10:00", "two", "family")
    report = imported(acme, line, head=f"{HEAD},answer:kids")
    assert faults(report) == [(2, "dateOfBirth")]


@pytest.mark.parametrize(
    ("start", "expected", "told"),
    [
        ("2027-03-28 01:30", at("01:30", day=83), []),
        ("2027-03-28 02:30", None, ["does not exist: the clocks go forward over it"]),
        ("2027-03-28 03:30", at("02:30", day=83), []),
        ("2027-10-31 02:30", at("01:30", day=300), ["this time exists twice that night"]),
        ("2027-10-31T02:30+01:00", at("02:30", day=300), []),
        ("2027-10-31 02:30:00+02:00", at("01:30", day=300), []),
        ("2027-01-04T09:00Z", at("10:00"), []),
        ("2027-01-04 9:00", at("09:00"), []),
    ],
)
def test_clock_changes(acme: Office, start: str, expected: int | None, told: list[str]) -> None:
    acme.change("branch", "centre", openingHours=[
        {"day": day, "opens": "00:00", "closes": "24:00"}
        for day in ("monday", "sunday")
    ])  # fmt: skip
    report = imported(acme, row("A-1", start))
    starts = [found(acme, str(one.id)).placement.start for one in report.taken]
    assert starts == ([] if expected is None else [expected])
    says = [remark.says for remark in (*report.not_taken, *report.remarks)]
    assert [part in text for part, text in zip(told, says, strict=True)] == [True] * len(told)


def test_without_a_name_of_its_own_a_person_is_of_one_appointment(acme: Office) -> None:
    report = imported(acme, row("A-1", "2027-01-04 10:00"), row("A-2", "2027-01-04 11:00"))
    first, second = (found(acme, made).identifier for made in taken(report))
    assert first != second
    assert first is not None
    assert first.isalnum()


def test_a_table_that_cannot_be_read_books_nothing(acme: Office) -> None:
    with pytest.raises(UnreadableTable, match="the column `start` is missing"):
        imported(acme, "A-1", head=HEAD.replace("start", "begin"))
    assert acme.counts() == {"sheets": 0}


def test_combined_services_are_listed_in_one_cell(acme: Office) -> None:
    [made] = taken(imported(acme, row("A-1", "2027-01-04 10:00", service="passport | licence")))
    assert found(acme, made).placement.service_ids == tuple(
        acme.ids["service", key] for key in ("passport", "licence")
    )
