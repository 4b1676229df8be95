"""Wall times at every change of clocks: the first instant that shows one, and no other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute
from openslot.scheduling.model.zones import (
    day_bounds,
    first_occurrence,
    first_occurrences,
    zone_named,
    zone_names,
)
from rounds import rounds

# By an hour, by half an hour, at midnight, twice a year around Ramadan, and by none at all.
USUAL = (
    *("Europe/Amsterdam", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca"),
    *("America/Havana", "Atlantic/Azores", "Asia/Kolkata"),
)
ZONES = [*USUAL, *sorted(zone_names())][: rounds(some=len(USUAL), many=1000)]
FIRST = date(2027, 1, 1)
STEP = 15


def changes(zone: ZoneInfo) -> Iterator[date]:
    """The dates of a year that are longer or shorter than a day, and those around them."""
    for number in range(365):
        day = FIRST + timedelta(days=number)
        first, last = day_bounds(day, zone)
        if last - first != MINUTES_PER_DAY:
            yield from (day - timedelta(days=1), day, day + timedelta(days=1))


def shown(minute: Minute, zone: ZoneInfo) -> datetime:
    """What clocks show."""
    return instant_of_minute(minute).astimezone(zone).replace(tzinfo=None)


@pytest.mark.prove
@pytest.mark.parametrize("name", ZONES)
def test_a_wall_time_is_the_first_instant_that_shows_it(name: str) -> None:
    zone = zone_named(name)
    assert zone is not None
    for day in (FIRST, *changes(zone)):
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60
        around = range(midnight - MINUTES_PER_DAY, midnight + 3 * MINUTES_PER_DAY, STEP)
        first_of = {}
        for minute in around:
            first_of.setdefault(shown(minute, zone), minute)
        for wall_minutes in range(0, MINUTES_PER_DAY, STEP):
            wall = datetime(day.year, day.month, day.day) + timedelta(minutes=wall_minutes)  # noqa: DTZ001
            assert first_occurrence(day, wall_minutes, zone) == first_of.get(wall), wall
        first, last = day_bounds(day, zone)
        of_day = range(first, last, STEP)
        once = [m for m in of_day if first_of[shown(m, zone)] == m]
        assert list(first_occurrences(of_day, zone)) == once
    assert first_occurrences([], zone) == []
