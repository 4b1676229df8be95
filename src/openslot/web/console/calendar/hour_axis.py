"""The hours down the side of a calendar, and where an instant lies on them. Pure.

An hour that comes twice on one of the dates has two rows.
"""

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute, instant_of_minute
from openslot.kernel.intervals import Interval


class HourRow(NamedTuple):
    """An hour on the clock; `fold` is 1 for the second of two (PEP 495)."""

    hour: int
    fold: int


class HourAxis:
    """The hours of some dates, all of them at first."""

    def __init__(self, dates: Iterable[Interval], zone: ZoneInfo) -> None:
        """`dates` are local dates as instants."""
        self._zone = zone
        self._dates = list(dates)
        self._all = sorted({row for bounds in self._dates for row, _ in self._rows_of(bounds)})
        self._places = {row: number for number, row in enumerate(self._all)}
        self._first, self._last = 0, len(self._all)
        # Many resources have the same hours, and appointments begin at the same times.
        self.span = cache(self._span)
        self.offsets = cache(self._offsets)

    @property
    def rows(self) -> list[HourRow]:
        """Those that are shown."""
        return self._all[self._first : self._last]

    def show(self, spans: Iterable[Interval]) -> None:
        """Shows the whole hours from the first beginning to the last end of some places alone.

        To be called before `shown` and `offsets`, which speak of the shown hours.
        """
        ends = list(spans)
        if ends:
            self._first = min(begin for begin, _ in ends) // 60
            self._last = -(-max(end for _, end in ends) // 60)

    def _span(self, begin: Minute, end: Minute, date: Interval) -> Interval:
        """Where a time lies on a date, in minutes from the top of all hours; cut to the date."""
        return self._place(max(begin, date[0]), date), self._place(min(end, date[1]), date)

    def shown(self, span: Interval) -> Interval:
        """A place in minutes from the top of those hours that are shown; cut to them."""
        top, bottom = self._first * 60, self._last * 60
        begin, end = (min(max(place, top), bottom) - top for place in span)
        return begin, end

    def _offsets(self, date: Interval) -> list[str]:
        """The offsets of the shown hours on a date, `+01:00`; one where all are the same."""
        known = {row: self._offset(at) for row, at in self._rows_of(date)}
        found = [known.get(row, "") for row in self.rows]
        different = {offset for offset in found if offset}
        return [different.pop()] if len(different) == 1 else found

    def _place(self, at: Minute, date: Interval) -> int:
        if at >= date[1]:
            return len(self._all) * 60
        row, minute = self._read_clock(at)
        return self._places[row] * 60 + minute

    def _read_clock(self, at: Minute) -> tuple[HourRow, int]:
        local = instant_of_minute(at).astimezone(self._zone)
        return HourRow(local.hour, local.fold), local.minute

    def _rows_of(self, date: Interval) -> Iterable[tuple[HourRow, Minute]]:
        at, end = date
        while at < end:
            row, minute = self._read_clock(at)
            yield row, at
            at += 60 - minute

    def _offset(self, at: Minute) -> str:
        return instant_of_minute(at).astimezone(self._zone).isoformat()[-6:]
