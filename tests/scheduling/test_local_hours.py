"""Minutes by local hour, on days whose clocks are changed too."""

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from openslot.kernel.clock import Minute, minute_of
from openslot.scheduling.views.local_hours import HourKey, LocalHours

SUNDAY = 6


def utc(day: str, clock: str) -> Minute:
    """An instant."""
    return minute_of(datetime.fromisoformat(f"{day}T{clock}:00").replace(tzinfo=UTC))


def counted(zone: str, day: str, begin: str, end: str, times: int = 1) -> dict[HourKey, int]:
    """The hours of a date's stretch of UTC."""
    hours, counts = LocalHours(ZoneInfo(zone)), Counter[HourKey]()
    hours.add_date(date.fromisoformat(day))
    hours.count([(utc(day, begin), utc(day, end))], times, counts)
    return dict(counts)


@pytest.mark.parametrize(
    ("zone", "day", "span", "expected"),
    [
        ("Europe/Amsterdam", "2027-01-10", ("09:45", "11:15"), {10: 15, 11: 60, 12: 15}),
        # Two o'clock is left out; in autumn it is there twice.
        ("Europe/Amsterdam", "2027-03-28", ("00:30", "01:30"), {1: 30, 3: 30}),
        ("Europe/Amsterdam", "2027-10-31", ("00:00", "02:00"), {2: 120}),
        # Half hours from UTC, and clocks that are put back by half an hour.
        ("Asia/Kolkata", "2027-01-10", ("09:00", "10:00"), {14: 30, 15: 30}),
        ("Australia/Lord_Howe", "2027-04-04", ("00:00", "00:30"), {10: 30}),
    ],
)
def test_minutes_lie_in_the_hours_of_the_wall(
    zone: str, day: str, span: tuple[str, str], expected: dict[int, int]
) -> None:
    found = counted(zone, day, *span)
    assert found == {(SUNDAY, hour): minutes for hour, minutes in expected.items()}


def test_each_place_counts_and_what_is_outside_does_not() -> None:
    found = counted("UTC", "2027-01-10", "22:30", "23:15", times=3)
    assert found == {(SUNDAY, 22): 90, (SUNDAY, 23): 45}
    hours, counts = LocalHours(ZoneInfo("UTC")), Counter[HourKey]()
    hours.add_date(date(2027, 1, 10))
    hours.count([(utc("2027-01-09", "23:30"), utc("2027-01-10", "00:10"))], 1, counts)
    hours.count([(utc("2027-01-10", "23:50"), utc("2027-01-11", "00:30"))], 1, counts)
    assert counts == {(SUNDAY, 0): 10, (SUNDAY, 23): 10}
