"""A folder of tables as an account file: whole where it can be, with every fault at its cell."""

from pathlib import Path
from typing import Any

import pytest

from openslot.account_file.checking import InvalidAccountFile, check
from openslot.account_file.yaml_source import read
from openslot.account_file.yaml_text import yaml_of
from openslot.importing import columns
from openslot.importing.account_tables import account_of, own_fields
from openslot.importing.report import ImportReport

TABLES = {
    "branches": "key,name,timeZone\ncentre,Centre,Europe/Amsterdam\nnorth,North,Europe/Amsterdam\n",
    "services": "key,name,durationMinutes,resourceTypes,branches\npassport,Passport,30,desk,\n"
    "licence,Licence,20,desk|room,north\n",
    "resources": "key,name,branch,type\nd1,Desk 1,centre,desk\nd2,Desk 2,north,desk\n",
}


def imported(
    folder: Path, *locales: str, **tables: str | None
) -> tuple[dict[str, Any] | None, ImportReport]:
    """What the usual tables make, with some of them replaced or, if None, absent."""
    for name, text in (TABLES | tables).items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return account_of(folder, own_fields("acme", "Acme", locales))


def faults(report: ImportReport) -> list[str]:
    """What was not taken, as people read it."""
    return [str(remark) for remark in report.not_taken]


def made(result: tuple[dict[str, Any] | None, ImportReport]) -> dict[str, Any]:
    """The account file of tables without a fault."""
    document, report = result
    assert faults(report) == []
    assert document is not None
    return document


def keys(document: dict[str, Any] | None, kind: str) -> list[str]:
    """The keys of what is in an account file."""
    assert document is not None
    return [entry["key"] for entry in document.get(kind, [])]


def test_what_is_left_open_is_filled_in(tmp_path: Path) -> None:
    document = made(imported(tmp_path))
    passport, licence = document["services"]
    assert (passport["branches"], passport["slotStepMinutes"]) == (["centre", "north"], 30)
    assert (licence["branches"], licence["resourceTypes"]) == (["north"], ["desk", "room"])
    assert [desk["services"] for desk in document["resources"]] == [
        ["passport"],
        ["passport", "licence"],
    ]


def test_every_column_fills_a_field(tmp_path: Path) -> None:
    values = {
        **{"key": "k", "name": "N", "timeZone": "Europe/Amsterdam", "street": "S", "zipCode": "Z"},
        **{"city": "C", "country": "NL", "latitude": "52,5", "longitude": "-4.25"},
        **{"holidayCalendar": "NL", "active": "Yes", "sortOrder": "-3", "group": "g"},
        **{"partyMode": "extend", "dateOfBirthRequired": "FALSE", "resourceTypes": "desk"},
        **{"branches": "k", "branch": "k", "type": "desk", "services": "k"},
        **{"day": "Monday", "opens": "9:00", "closes": "17:00:00", "closesNextDay": "no"},
        **{"validFrom": "2027-01-01", "validTo": "2027-12-31"},
    }
    tables = {
        "branches": columns.BRANCHES,
        "services": columns.SERVICES,
        "resources": columns.RESOURCES,
    }
    texts = {
        name: f"{';'.join(of)}\n{';'.join(values.get(c, '7') for c in of)}\n"
        for name, of in tables.items()
    }
    hours = ["branch", *columns.PERIODS]
    texts["opening_hours"] = f"{';'.join(hours)}\n{';'.join(values[c] for c in hours)}\n"
    document = made(imported(tmp_path, **texts))
    [branch], [service], [resource] = (document[kind] for kind in tables)
    assert branch["location"] == {"latitude": 52.5, "longitude": -4.25}
    assert branch["address"] == {"streetName": "S", "zipCode": "Z", "city": "C", "country": "NL"}
    assert (branch["active"], branch["sortOrder"], branch["holidayCalendar"]) == (True, -3, "NL")
    assert branch["openingHours"] == [
        {"day": "monday", "opens": "09:00", "closes": "17:00", "closesNextDay": False}
        | {"validFrom": "2027-01-01", "validTo": "2027-12-31"}
    ]
    assert service["bufferAfterMinutes"] == service["horizonDays"] == resource["capacity"] == 7
    assert service["dateOfBirthRequired"] is False
    assert document["serviceGroups"] == [{"key": "g", "name": "g"}]
    for entry, of in zip((branch, service, resource), tables.values(), strict=True):
        assert set(entry) >= {column.path[0] for column in of.values()}


def test_it_is_an_account_file_that_can_be_read(tmp_path: Path) -> None:
    document = made(imported(tmp_path))
    [source] = read(yaml_of(document).encode(), "acme.yaml")
    assert source.mistakes == ()
    assert source.document == check(document)


def test_each_fault_stands_at_its_cell_and_the_rest_is_taken(tmp_path: Path) -> None:
    document, report = imported(
        tmp_path,
        branches="key,name,timeZone,country,active\ncentre,Centre,Europe/Amsterdam,,\n"
        "b d,South,Europe/Amsterdm,Holland,perhaps\nnorth,North,Europe/Amsterdam,NL,\n"
        "north,North again,Europe/Amsterdam,NL,\n",
        services="key,name,durationMinutes,resourceTypes,branches\npassport,Passport,half,desk,\n"
        "will,Will,20,,north\nlicence,Licence,20,desk,nort\nvisa,,30,desk,\nok,Ok,30,desk,\n",
    )
    assert keys(document, "branches") == ["centre", "north"]
    assert keys(document, "services") == ["ok"]
    assert keys(document, "resources") == ["d1", "d2"]
    told = {(r.file, r.line, r.column) for r in report.not_taken}
    assert told >= {
        ("branches.csv", 3, "key"),
        ("branches.csv", 3, "timeZone"),
        ("branches.csv", 3, "country"),
        ("branches.csv", 3, "active"),
        ("branches.csv", 5, "key"),
        ("services.csv", 2, "durationMinutes"),
        ("services.csv", 3, "resourceTypes"),
        ("services.csv", 4, "branches"),
        ("services.csv", 5, "name"),
    }
    said = faults(report)
    assert 'services.csv:4: branches: no branch has the key "nort"; did you mean "north"?' in said
    assert (
        "services.csv:2: durationMinutes: `durationMinutes` must be a whole number, "
        'not "half"' in said
    )
    assert [(t.file, t.line) for t in report.taken] == [
        ("branches.csv", 2),
        ("branches.csv", 4),
        ("services.csv", 6),
        ("resources.csv", 2),
        ("resources.csv", 3),
    ]


def test_what_rests_on_a_faulty_row_is_left_out_with_it(tmp_path: Path) -> None:
    document, report = imported(
        tmp_path,
        branches="key,name,timeZone\ncentre,Centre,Europe/Amsterdam\nnorth,North,Mars\n",
        resources="key,name,branch,type,services\nd1,Desk 1,centre,desk,\n"
        "d2,Desk 2,north,desk,passport\nd3,Desk 3,centre,desk,licence\n",
        opening_hours="branch,resource,day,opens,closes\nnorth,,monday,09:00,17:00\n"
        ",d3,monday,09:00,17:00\n,d1,monday,09:00,17:00\n",
    )
    assert document is not None
    assert keys(document, "branches") == ["centre"]
    assert keys(document, "resources") == ["d1"]
    assert [(r.file, r.line, r.column) for r in report.not_taken] == [
        ("branches.csv", 3, "timeZone"),
        ("opening_hours.csv", 2, "branch"),
        ("opening_hours.csv", 3, "resource"),
        ("resources.csv", 3, "branch"),
        ("resources.csv", 4, "services"),
        ("services.csv", 3, "branches"),
    ]
    [passport] = document["services"]
    assert (passport["key"], passport["branches"]) == ("passport", ["centre"])


def test_faulty_hours_are_told_once_for_all_days_of_a_row(tmp_path: Path) -> None:
    document, report = imported(
        tmp_path,
        opening_hours="branch,service,day,opens,closes,validFrom\n"
        "centre,,monday|tuesday,17:00,09:00,\ncentre,,monday|moonday,09:00,12:00,\n"
        "centre,passport,monday,09:00,12:00,\n,,monday,09:00,12:00,\nsouth,,monday,09:00,12:00,\n"
        "centre,,,09:00,12:00,1-1-2027\ncentre,,friday,0900,12:00,\n,passport,monday,9:00,12:00,\n",
    )
    assert [(r.line, r.column) for r in report.not_taken] == [
        (2, "closes"),
        (3, "day"),
        (4, None),
        (5, None),
        (6, "branch"),
        (7, "day"),
        (7, "validFrom"),
        (8, "opens"),
    ]
    assert document is not None
    assert "openingHours" not in document["branches"][0]
    assert document["services"][0]["openingHours"] == [
        {"day": "monday", "opens": "09:00", "closes": "12:00"}
    ]
    assert ("opening_hours.csv", 9) in [(t.file, t.line) for t in report.taken]


def test_hours_beyond_what_an_account_file_takes_are_left_out(tmp_path: Path) -> None:
    rows = "centre,monday|friday,09:00,12:00\n" * 101
    document, report = imported(tmp_path, opening_hours=f"branch,day,opens,closes\n{rows}")
    assert document is not None
    assert len(document["branches"][0]["openingHours"]) == 200
    assert faults(report) == ["opening_hours.csv:102: is beyond the 200 periods of one owner"]
    assert [t.line for t in report.taken if t.file == "opening_hours.csv"][-1] == 101


def test_names_have_the_locales_of_their_columns(tmp_path: Path) -> None:
    branches = "key,name:nl_NL,name:en_US,timeZone\ncentre,Centrum,Centre,Europe/Amsterdam\n"
    branches += "north,Noord,,Europe/Amsterdam\n"
    document = made(imported(tmp_path, branches=branches))
    assert document["locales"] == ["nl_NL", "en_US"]
    assert [b["name"] for b in document["branches"]] == [
        {"nl_NL": "Centrum", "en_US": "Centre"},
        {"nl_NL": "Noord"},
    ]


def test_given_locales_are_the_accounts(tmp_path: Path) -> None:
    branches = "key,name:nl_NL,name:fr_FR,timeZone\ncentre,Centrum,,Europe/Amsterdam\n"
    branches += "north,Noord,Nord,Europe/Amsterdam\n"
    document, report = imported(tmp_path, "en_US", "nl_NL", branches=branches)
    assert document is not None
    assert document["locales"] == ["en_US", "nl_NL"]
    assert keys(document, "branches") == ["centre"]
    assert ("branches.csv", 3, "name:fr_FR") in [
        (r.file, r.line, r.column) for r in report.not_taken
    ]


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ({"services": None}, "services.csv:1: there is no such file in the folder"),
        ({"services": "key,name\na,b\n"}, "services.csv:1: the columns `durationMinutes`, "),
        ({"resources": "key,branch,type\na,centre,desk\n"}, "resources.csv:1: the column `name` "),
        (
            {"resources": "key,name,name:nl_NL,branch,type\na,b,c,centre,desk\n"},
            "resources.csv:1: has both `name` and `name:nl_NL`",
        ),
        (
            {"resources": "key,name,branch,type,colour\nd1,Desk,centre,desk,red\n"},
            "resources.csv:1: colour: there is no such column",
        ),
    ],
)
def test_a_file_that_cannot_be_used_does_not_hide_the_others(
    tmp_path: Path, tables: dict[str, str | None], says: str
) -> None:
    document, report = imported(tmp_path, **tables)
    assert keys(document, "branches") == ["centre", "north"]
    assert any(fault.startswith(says) for fault in faults(report))


@pytest.mark.parametrize("rows", ["", "a,A,Mars\n"])
def test_without_a_branch_there_is_no_account_file(tmp_path: Path, rows: str) -> None:
    document, report = imported(tmp_path, branches=f"key,name,timeZone\n{rows}")
    assert document is None
    assert report.taken == []
    says = "branches.csv:1: no branch could be taken, so there is no account file"
    assert says in faults(report)


@pytest.mark.parametrize("own", [("Acme!", "Acme"), ("acme", ""), ("acme", "Acme", ["english"])])
def test_an_account_that_cannot_be_is_refused(own: Any) -> None:
    with pytest.raises(InvalidAccountFile):
        own_fields(*own)
