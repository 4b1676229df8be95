"""Events of iCalendar files: which take time, and when."""

from datetime import date

import pytest

from openslot.importing.report import CREATED
from scheduling.office import Office, at, ms

from .calendars import DESCRIBED, blocked, event, imported, spans, told


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20270105T090000Z", "DTEND:20270105T100000Z"], ("10:00", "11:00")),
        (["DTSTART:20270105T090000", "DURATION:PT90M"], ("09:00", "10:30")),
        (["DTSTART;VALUE=DATE:20270105"], ("00:00", "24:00")),
        (["DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20270107"], ("00:00", "48:00")),
        (
            ["DTSTART;TZID=Europe/London:20270105T090000", "DTEND;TZID=Europe/London:20270105T0930"
             "00"],
            ("10:00", "10:30"),
        ),
        (
            ["DTSTART;TZID=W. Europe Standard Time:20270105T090000", "DURATION:PT1H"],
            ("09:00", "10:00"),
        ),
        (["DTSTART;TZID=Our Time:20270105T090000", "DURATION:PT1H"], ("09:00", "10:00")),
        (["DTSTART:20270105T090030", "DTEND:20270105T093001"], ("09:00", "09:31")),
        (["DTSTART:20270105T090030", "DURATION:PT30M"], ("09:00", "09:31")),
    ],
)  # fmt: skip
def test_an_event_takes_its_time(acme: Office, lines: list[str], expected: tuple[str, str]) -> None:
    report = imported(acme, DESCRIBED, event("a", *lines, "SUMMARY:Dentist"))
    assert told(report) == []
    assert spans(acme) == [(at(expected[0], day=1), at(expected[1], day=1))]
    assert [one.change for one in report.taken] == [CREATED]
    assert blocked(acme)[0].reason is None


def test_a_series_is_worked_out_with_its_exceptions(acme: Office) -> None:
    zone = "TZID=Our Time"
    series = event(
        "a",
        f"DTSTART;{zone}:20261228T090000",
        f"DTEND;{zone}:20261228T100000",
        "RRULE:FREQ=WEEKLY;COUNT=8",
        f"EXDATE;{zone}:20270111T090000",
        f"RDATE;{zone}:20270106T120000",
    )
    moved = event(
        "a", f"RECURRENCE-ID;{zone}:20270118T090000", f"DTSTART;{zone}:20270118T140000",
        "DURATION:PT30M",
    )  # fmt: skip
    cancelled = event(
        "a", f"RECURRENCE-ID;{zone}:20270125T090000", f"DTSTART;{zone}:20270125T090000",
        f"DTEND;{zone}:20270125T100000", "STATUS:CANCELLED",
    )  # fmt: skip
    report = imported(acme, DESCRIBED, series, moved, cancelled)
    assert spans(acme) == [
        (at("09:00"), at("10:00")),
        (at("12:00", day=2), at("13:00", day=2)),
        (at("14:00", day=14), at("14:30", day=14)),
        (at("09:00", day=28), at("10:00", day=28)),
        (at("09:00", day=35), at("10:00", day=35)),
        (at("09:00", day=42), at("10:00", day=42)),
    ]
    assert told(report) == ["33: STATUS: is cancelled"]


def test_wall_time_of_a_series_stays_through_a_clock_change(acme: Office) -> None:
    imported(
        acme,
        event(
            "a",
            "DTSTART;TZID=Europe/Amsterdam:20270322T090000",
            "DURATION:PT1H",
            "RRULE:FREQ=WEEKLY;COUNT=2",
        ),
    )
    monday, next_monday = spans(acme)
    assert next_monday[0] - monday[0] == 7 * 1440 - 60


def test_a_zone_means_what_its_own_file_says(acme: Office) -> None:
    starts = "DTSTART;TZID=Our Time:20270105T090000"
    imported(acme, DESCRIBED, event("a", starts, "DURATION:PT1H"))
    elsewhere = DESCRIBED.replace("+02", "+05").replace("+01", "+04")
    imported(acme, event("b", starts, "DURATION:PT1H"), elsewhere)
    assert spans(acme) == [
        (at("06:00", day=1), at("07:00", day=1)),
        (at("09:00", day=1), at("10:00", day=1)),
    ]
    report = imported(acme, event("c", starts, "DURATION:PT1H"))
    assert "the time zone Our Time is unknown" in told(report)[0]


@pytest.mark.slow
def test_the_window_ends_with_the_last_day(acme: Office) -> None:
    daily = event("a", "DTSTART:20270104T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY")
    assert len(imported(acme, daily, until=date(2027, 1, 10)).taken) == 7
    assert len(imported(acme, daily).taken) == 366  # the rest of today, and a year
    late = event("b", "DTSTART:20270111T000000", "DURATION:PT1H")
    report = imported(acme, late, until=date(2027, 1, 10))
    assert told(report) == ["4: begins after the last day that is imported"]


def test_what_goes_on_now_is_taken_and_what_is_over_is_not(acme: Office) -> None:
    acme.now(ms(at("09:30")))
    now = event("now", "DTSTART:20270104T090000", "DTEND:20270104T100000")
    over = event("over", "DTSTART:20270104T080000", "DTEND:20270104T093000")
    gone = event("gone", "DTSTART:20260104T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3")
    report = imported(acme, now, over, gone)
    assert spans(acme) == [(at("09:00"), at("10:00"))]
    assert told(report) == [
        "9: is over",
        "14: does not take place between now and the last day that is imported",
    ]


def test_each_event_that_takes_no_time_is_told_with_its_line(acme: Office) -> None:
    starts = "DTSTART:20270105T090000"
    report = imported(
        acme,
        event("a", starts, "DURATION:PT1H", "STATUS:CANCELLED"),
        event("b", starts, "DURATION:PT1H", "TRANSP:TRANSPARENT", "RRULE:FREQ=DAILY;COUNT=9"),
        event("c", starts),
        event("d", starts, "DTEND:20270105T080000"),
        event("e", "SUMMARY:Private"),
        event("f", "DTSTART:tomorrow", "DURATION:PT1H"),
        event("g", "DTSTART;TZID=Our Time:20270105T090000", "DURATION:PT1H"),
        event("h", starts, "DURATION:PT1H", "RRULE:FREQ=NEVER"),
        event("i", starts, "DURATION:PT1S", "RRULE:FREQ=SECONDLY"),
        event("l", starts, "DTEND;VALUE=DATE:20270106"),
        event("m", starts, "DTEND:20270105T100000Z"),
        event("n", "DTSTART:00270105T090000", "DURATION:PT1H", "RRULE:FREQ=DAILY"),
        event("ok", starts, "DURATION:PT1H"),
    )
    assert [str(remark.column) for remark in report.not_taken] == [
        *("STATUS", "TRANSP", "DTEND", "DTEND", "DTSTART", "DTSTART", "DTSTART", "RRULE"),
        *("RRULE", "DTEND", "DTEND", "DTSTART"),
    ]
    assert "17: DTEND: takes no time: it ends when it begins" in told(report)
    assert spans(acme) == [(at("09:00", day=1), at("10:00", day=1))]
    assert "Private" not in " ".join(told(report))


@pytest.mark.parametrize("zone", [";TZID=Europe/Amsterdam", ";TZID=Our Time", ""])
def test_clock_changes(acme: Office, zone: str) -> None:
    report = imported(
        acme,
        DESCRIBED,
        event("gap", f"DTSTART{zone}:20270328T023000", "DURATION:PT1H"),
        event("twice", f"DTSTART{zone}:20271031T023000", "DURATION:PT15M"),
        event("nightly", f"DTSTART{zone}:20270327T021500", "DURATION:PT15M",
              "RRULE:FREQ=DAILY;COUNT=3"),
    )  # fmt: skip
    skipped = "does not exist that night; it was read as if the clocks had not gone forward"
    assert told(report) == []
    assert [str(remark) for remark in report.remarks] == [
        f"leave.ics:19: DTSTART: this time {skipped}",
        "leave.ics:24: DTSTART: this time exists twice that night; the first was taken",
        f"leave.ics:29: DTSTART: this time {skipped}",
    ]
    assert spans(acme) == [
        (at("02:15", day=82), at("02:30", day=82)),
        (at("02:15", day=83), at("02:30", day=83)),
        (at("02:30", day=83), at("03:30", day=83)),
        (at("01:15", day=84), at("01:30", day=84)),
        (at("01:30", day=300), at("01:45", day=300)),
    ]


@pytest.mark.parametrize(
    ("ends", "minutes"),
    [
        ("DURATION:PT2H", 120),
        ("DURATION:PT1H30M", 90),
        ("DURATION:P1D", 23 * 60),
        ("DURATION:P1DT2H", 25 * 60),
        ("DTEND;TZID=Europe/Amsterdam:20270328T033000", 60),
    ],
)
def test_hours_of_a_duration_are_elapsed_time_and_days_are_not(
    acme: Office, ends: str, minutes: int
) -> None:
    """The clocks go forward from 2 to 3, half an hour after the event begins."""
    imported(acme, event("a", "DTSTART;TZID=Europe/Amsterdam:20270328T013000", ends))
    [(start, end)] = spans(acme)
    assert (start, end - start) == (at("01:30", day=83), minutes)
