"""Dates and local times as people type them."""

from zoneinfo import ZoneInfo

import pytest

from openslot.kernel.clock import instant_of_minute
from openslot.kernel.errors import Invalid
from openslot.web.console.frame.formats.local_times import typed_date, typed_time
from openslot.web.page_kit.field_pairs import FieldPairs

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def of(text: str) -> FieldPairs:
    return FieldPairs((("at", text),))


@pytest.mark.parametrize(
    ("text", "ends", "utc"),
    [
        ("2027-01-12T10:00", False, "2027-01-12T09:00"),
        ("2027-01-12T10:00:00", False, "2027-01-12T09:00"),
        ("2027-10-31T02:30", False, "2027-10-31T00:30"),
        ("2027-10-31T02:30", True, "2027-10-31T01:30"),
    ],
)
def test_a_local_time_is_the_branchs(text: str, ends: bool, utc: str) -> None:
    minute = typed_time(of(text), "at", AMSTERDAM, ends=ends)
    assert minute is not None
    assert instant_of_minute(minute).isoformat() == f"{utc}:00+00:00"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tomorrow", "invalid_time"),
        ("2027-01-12T10:00+01:00", "invalid_time"),
        ("9999-12-31T23:59", "invalid_time"),
        ("2027-03-28T02:30", "skipped_time"),
    ],
)
def test_what_is_no_time_is_a_fault_of_its_field(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        typed_time(of(text), "at", AMSTERDAM)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("at", code)]


@pytest.mark.parametrize("text", ["12 January", "0001-01-01", "2027-02-30"])
def test_what_is_no_date_is_a_fault_of_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        typed_date(of(text), "at")
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("at", "invalid_date")]


def test_an_empty_field_says_nothing() -> None:
    assert typed_date(of(" "), "at") is None
    assert typed_time(of(""), "at", AMSTERDAM) is None
