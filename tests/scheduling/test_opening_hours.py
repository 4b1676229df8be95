"""Zones by their names, and wall times that do not exist or exist twice."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest

from openslot.kernel.clock import Minute, instant_of_minute, minute_of
from openslot.scheduling.model.opening_hours import Timetable, WallPeriod, WeeklyPeriod
from openslot.scheduling.model.public_holidays import is_holiday_calendar
from openslot.scheduling.model.zones import day_bounds, instant_at, local_date, zone_named


@pytest.mark.parametrize(
    "name", ["Europe/Amsterdam", "Asia/Calcutta", "CET", "UTC", "Etc/GMT+5", "America/Indiana/Knox"]
)
def test_iana_names_and_links_are_zones(name: str) -> None:
    zone = zone_named(name)
    assert zone is not None
    assert zone.key == name


@pytest.mark.parametrize(
    "name",
    [
        "W. Europe Standard Time",
        "europe/amsterdam",
        "Europe/amsterdam",
        "EUROPE/AMSTERDAM",
        " Europe/Amsterdam",
        "Europe/Amsterdam\n",
        "Europe",
        "Europe/",
        "",
        "+01:00",
        "UTC+1",
        "localtime",
        "posixrules",
        "../tzdata/zones",
        "__init__",
        "Europe/__init__",
        "Europe.Amsterdam",
    ],
)
def test_other_texts_are_not(name: str) -> None:
    assert zone_named(name) is None


@pytest.mark.slow
def test_every_zone_that_is_named_can_be_read() -> None:
    for name in available_timezones() - {"localtime", "posixrules", "Factory"}:
        zone = zone_named(name)
        assert zone is not None, name
        assert day_bounds(date(2027, 6, 1), zone)[0] < day_bounds(date(2027, 6, 1), zone)[1]


_PROGRAM = """
import json, sys
from datetime import date
from openslot.scheduling.model.zones import *
zone = zone_named("Europe/Amsterdam")
days = [date(2027, 3, 28), date(2027, 10, 31), date(2027, 6, 1)]
print(json.dumps([
    [instant_at(d, m, zone, ends=e) for d in days for m in (0, 150, 1440) for e in (False, True)],
    [str(local_date(day_bounds(d, zone)[0], zone)) for d in days],
]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("host", ["Asia/Kathmandu", "America/New_York", "nonsense", ""])
def test_the_zone_of_the_host_changes_nothing(host: str) -> None:
    def run(**environment: str) -> object:
        output = subprocess.run(
            [sys.executable, "-c", _PROGRAM],
            env={**os.environ, **environment},
            capture_output=True,
            check=True,
        ).stdout
        return json.loads(output)

    assert run(TZ=host, PYTHONTZPATH="/nowhere") == run(TZ="UTC")


def utc(text: str) -> Minute:
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


# Zone, date, a wall time in its gap, the instant that it is.
GAPS = [
    ("Europe/Amsterdam", date(2027, 3, 28), "02:30", "2027-03-28T01:30"),
    ("Europe/Amsterdam", date(2027, 3, 28), "02:00", "2027-03-28T01:00"),
    ("America/New_York", date(2027, 3, 14), "02:30", "2027-03-14T07:30"),
    ("America/Santiago", date(2027, 9, 5), "00:30", "2027-09-05T04:30"),
    ("America/Santiago", date(2027, 9, 5), "00:00", "2027-09-05T04:00"),
    ("Australia/Lord_Howe", date(2027, 10, 3), "02:15", "2027-10-02T15:45"),  # half an hour
    ("Africa/Cairo", date(2027, 4, 30), "00:30", "2027-04-29T22:30"),
]
# Zone, date, a wall time that exists twice, its first and its last instant.
DOUBLED = [
    ("Europe/Amsterdam", date(2027, 10, 31), "02:30", "2027-10-31T00:30", "2027-10-31T01:30"),
    ("America/New_York", date(2027, 11, 7), "01:30", "2027-11-07T05:30", "2027-11-07T06:30"),
    ("America/Santiago", date(2027, 4, 3), "23:30", "2027-04-04T02:30", "2027-04-04T03:30"),
    ("Australia/Lord_Howe", date(2027, 4, 4), "01:45", "2027-04-03T14:45", "2027-04-03T15:15"),
    ("Africa/Cairo", date(2027, 10, 28), "23:30", "2027-10-28T20:30", "2027-10-28T21:30"),
]
# Zone, date, its length in hours.
LENGTHS = [
    ("Europe/Amsterdam", date(2027, 3, 28), 23),
    ("Europe/Amsterdam", date(2027, 10, 31), 25),
    ("America/New_York", date(2027, 3, 14), 23),
    ("America/New_York", date(2027, 11, 7), 25),
    ("America/Santiago", date(2027, 9, 5), 23),
    ("America/Santiago", date(2027, 4, 3), 25),
    ("Australia/Lord_Howe", date(2027, 10, 3), 23.5),
    ("Australia/Lord_Howe", date(2027, 4, 4), 24.5),
    ("Africa/Cairo", date(2027, 4, 30), 23),
    ("Africa/Cairo", date(2027, 10, 28), 25),
    ("Asia/Kathmandu", date(2027, 3, 28), 24),
]


def wall(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def zone_of(name: str) -> ZoneInfo:
    zone = zone_named(name)
    assert zone is not None
    return zone


@pytest.mark.parametrize(("name", "day", "clock", "instant"), GAPS)
def test_a_wall_time_in_a_gap_has_the_offset_before_it(
    name: str, day: date, clock: str, instant: str
) -> None:
    for ends in (False, True):
        assert instant_at(day, wall(clock), zone_of(name), ends=ends) == utc(instant)


@pytest.mark.parametrize(("name", "day", "clock", "first", "last"), DOUBLED)
def test_a_doubled_wall_time_is_its_first_at_a_begin_and_its_last_at_an_end(
    name: str, day: date, clock: str, first: str, last: str
) -> None:
    zone = zone_of(name)
    assert instant_at(day, wall(clock), zone, ends=False) == utc(first)
    assert instant_at(day, wall(clock), zone, ends=True) == utc(last)


@pytest.mark.parametrize(("name", "day", "hours"), LENGTHS)
def test_a_local_date_is_as_long_as_it_is(name: str, day: date, hours: float) -> None:
    zone = zone_of(name)
    first, last = day_bounds(day, zone)
    assert last - first == hours * 60
    assert local_date(first, zone) == local_date(last - 1, zone) == day
    assert local_date(first - 1, zone) < day < local_date(last, zone)


def every_day(*periods: tuple[str, str]) -> Timetable:
    return Timetable(
        tuple(
            WeeklyPeriod(weekday, WallPeriod(wall(opens), wall(closes)))
            for weekday in range(7)
            for opens, closes in periods
        )
    )


def test_a_quarter_of_an_hour_off_the_world() -> None:
    (period,) = every_day(("09:00", "17:00")).periods_on(
        date(2027, 1, 4), zone_of("Asia/Kathmandu")
    )
    assert period == (utc("2027-01-04T03:15"), utc("2027-01-04T11:15"))


def test_a_period_inside_a_gap_is_empty_or_pushed_on() -> None:
    zone, day = zone_of("Europe/Amsterdam"), date(2027, 3, 28)
    assert every_day(("02:30", "03:15")).periods_on(day, zone) == []
    pushed = [(utc("2027-03-28T01:10"), utc("2027-03-28T01:50"))]
    assert every_day(("02:10", "02:50")).periods_on(day, zone) == pushed


def test_periods_that_overlap_by_the_doubled_hour_become_one() -> None:
    zone, day = zone_of("Europe/Amsterdam"), date(2027, 10, 31)
    # The first ends at the second 02:30, after the second has begun at the first 02:45.
    merged = every_day(("01:00", "02:30"), ("02:45", "04:00")).periods_on(day, zone)
    assert merged == [(utc("2027-10-30T23:00"), utc("2027-10-31T03:00"))]


def test_a_whole_day_meets_the_next_one() -> None:
    zone = zone_of("America/Santiago")
    first, last = utc("2027-09-03T00:00"), utc("2027-09-08T00:00")
    assert every_day(("00:00", "24:00")).open_time(first, last, zone) == [(first, last)]


def test_instants_and_minutes_are_the_same_thing() -> None:
    assert instant_of_minute(utc("2027-03-28T01:30")).isoformat() == "2027-03-28T01:30:00+00:00"


@pytest.mark.parametrize(
    ("calendar", "known"),
    [("NL", True), ("US-NY", True), ("CL", True), ("XX", False), ("US-XX", False), ("", False)],
)
def test_holiday_calendars(calendar: str, known: bool) -> None:
    assert is_holiday_calendar(calendar) == known
