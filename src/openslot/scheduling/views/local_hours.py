"""Minutes by the local hour that they lie in, for statistics. Pure.

An hour that a change of the clocks repeats is one hour twice; one that it leaves out is none.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute, instant_of_minute
from openslot.kernel.intervals import Interval
from openslot.scheduling.model.zones import day_bounds

HourKey = tuple[int, int]  # weekday (0 is Monday) and hour


class _Stretch(NamedTuple):
    begin: Minute
    end: Minute
    key: HourKey


class LocalHours:
    """The local hours of some dates in a row, to which minutes are added."""

    def __init__(self, zone: ZoneInfo) -> None:
        """No date at first."""
        self._zone = zone
        self._stretches: list[_Stretch] = []
        self._begins: list[Minute] = []

    def add_date(self, day: date) -> None:
        """Knows the hours of one more date, which follows the one before."""
        at, end = day_bounds(day, self._zone)
        while at < end:
            local = instant_of_minute(at).astimezone(self._zone)
            until = min(at + 60 - local.minute, end)
            self._stretches.append(_Stretch(at, until, (day.weekday(), local.hour)))
            self._begins.append(at)
            at = until

    def count(self, spans: Iterable[Interval], times: int, counts: Counter[HourKey]) -> None:
        """Adds the minutes of spans, each so many times, to the hours that they lie in."""
        for begin, end in spans:
            place = max(bisect_right(self._begins, begin) - 1, 0)
            while place < len(self._stretches) and self._stretches[place].begin < end:
                stretch = self._stretches[place]
                minutes = min(end, stretch.end) - max(begin, stretch.begin)
                if minutes > 0:
                    counts[stretch.key] += minutes * times
                place += 1
