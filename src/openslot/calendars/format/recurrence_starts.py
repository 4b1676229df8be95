"""The starts of a repeating event, worked out period by period (RFC 5545 §3.3.10).

Everything here is wall time of one zone, so times are naive. The work is bounded: a rule that
finds nothing for centuries costs no more than any other. Pure.
"""

import math
from calendar import isleap, monthrange
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

from openslot.calendars.format.recurrence_rule import Rule

_DAY = timedelta(days=1)
_NEVER = datetime(9999, 12, 31)  # noqa: DTZ001
_UNITS = {
    "MINUTELY": timedelta(minutes=1),
    "HOURLY": timedelta(hours=1),
    "DAILY": _DAY,
    "WEEKLY": timedelta(weeks=1),
}


class TooMuchWork(Exception):
    """A rule cannot be worked out within the work that is granted."""


class Effort:
    """How many days or times may still be looked at."""

    def __init__(self, most: int) -> None:
        self.left = most

    def spend(self, steps: int) -> None:
        """Takes steps from what is left.

        Raises:
            TooMuchWork: so many are not left.
        """
        if steps > self.left:
            raise TooMuchWork
        self.left -= steps


def starts(
    rule: Rule, start: datetime, first: datetime, last: datetime, effort: Effort
) -> Iterator[datetime]:
    """The starts that a rule gives up to `last`, in order, some before `first` among them.

    The event's own start is the first of them and counts (RFC 5545 §3.8.5.3).

    Raises:
        TooMuchWork: it takes too long.
    """
    periods = _Periods(rule.completed_by(start), start, effort)
    left = math.inf if rule.count is None else rule.count - 1
    yield start
    index = 0
    while left > 0 and periods.begin(index) <= last:
        for found in periods.starts_in(index):
            if found <= start:
                continue
            if found > last or left <= 0:
                return
            yield found
            left -= 1
        index += 1
        if index == 1:
            skipped, counted = periods.skipped(first)
            index, left = index + skipped, left - counted


class _Periods:
    """The years, months, weeks, days, hours or minutes of a rule; 0 is that of the start."""

    def __init__(self, rule: Rule, start: datetime, effort: Effort) -> None:
        self._rule, self._start, self._effort = rule, start, effort
        self._within_day = rule.frequency in ("HOURLY", "MINUTELY")
        midnight = datetime.combine(start, time())
        self._base = {
            "MINUTELY": start.replace(second=0),
            "HOURLY": start.replace(minute=0, second=0),
            "WEEKLY": midnight - (start.weekday() - rule.week_start) % 7 * _DAY,
        }.get(rule.frequency, midnight)
        times = product(
            sorted(rule.hours or {start.hour}),
            sorted(rule.minutes or {start.minute}),
            sorted(rule.seconds or {start.second}),
        )
        self._times = [time(*parts) for parts in times]

    def begin(self, index: int) -> datetime:
        """When a period begins; far in the future if that is beyond all dates."""
        steps, start = index * self._rule.interval, self._start
        try:
            if self._rule.frequency == "YEARLY":
                return datetime(start.year + steps, 1, 1)  # noqa: DTZ001
            if self._rule.frequency == "MONTHLY":
                years, month = divmod(start.month - 1 + steps, 12)
                return datetime(start.year + years, month + 1, 1)  # noqa: DTZ001
            return self._base + steps * _UNITS[self._rule.frequency]
        except (ValueError, OverflowError):
            return _NEVER

    def skipped(self, first: datetime) -> tuple[int, int]:
        """How many periods after period 0 need not be looked at, and how many starts they have."""
        rule = self._rule
        if rule.frequency == "YEARLY":
            passed = first.year - self._start.year
        elif rule.frequency == "MONTHLY":
            passed = (first.year - self._start.year) * 12 + first.month - self._start.month
        else:
            passed = (first - self._base) // _UNITS[rule.frequency]
        skipped = max(0, passed // rule.interval - 2)
        if not skipped or rule.count is None:
            return skipped, 0
        return (skipped, skipped * len(self.starts_in(1))) if self._are_equal() else (0, 0)

    def starts_in(self, index: int) -> list[datetime]:
        """The starts in a period, in order."""
        rule, begin = self._rule, self.begin(index)
        if self._within_day:
            self._effort.spend(1)
            found = self._within(begin) if self._fits(begin.date()) else []
        else:
            days = [day for day in self._days(begin.date()) if self._fits(day)]
            self._effort.spend(len(days) * (len(self._times) - 1))
            found = [datetime.combine(day, at) for day in days for at in self._times]
        if not rule.positions:
            return found
        places = {p - 1 if p > 0 else len(found) + p for p in rule.positions}
        return [found[place] for place in sorted(places) if 0 <= place < len(found)]

    def _within(self, begin: datetime) -> list[datetime]:
        """The starts in an hour or a minute."""
        rule = self._rule
        if rule.hours and begin.hour not in rule.hours:
            return []
        minutes = rule.minutes or {self._start.minute}
        if rule.frequency == "MINUTELY":
            minutes = {begin.minute} & (rule.minutes or {begin.minute})
        seconds = rule.seconds or {self._start.second}
        return [
            begin.replace(minute=minute, second=second)
            for minute, second in product(sorted(minutes), sorted(seconds))
        ]

    def _days(self, first: date) -> list[date]:
        """The days of a period that may be starts."""
        rule = self._rule
        if rule.frequency == "DAILY":
            self._effort.spend(1)
            return [first]
        if rule.frequency == "WEEKLY":
            weekdays = {weekday for _, weekday in rule.weekdays} or set(range(7))
            ahead = sorted((weekday - rule.week_start) % 7 for weekday in weekdays)
            self._effort.spend(1 + len(ahead))
            return [first + n * _DAY for n in ahead]
        months = [first.month]
        if rule.frequency == "YEARLY":
            months = sorted(rule.months) or list(range(1, 13))
        days = []
        for month in months:
            length = monthrange(first.year, month)[1]
            numbers = {n if n > 0 else length + 1 + n for n in rule.month_days}
            days += [
                date(first.year, month, number)
                for number in sorted(numbers or range(1, length + 1))
                if 1 <= number <= length
            ]
        self._effort.spend(len(months) + len(days))
        return days

    def _fits(self, day: date) -> bool:
        rule = self._rule
        if rule.months and day.month not in rule.months:
            return False
        month_days = monthrange(day.year, day.month)[1]
        if rule.month_days and rule.month_days.isdisjoint((day.day, day.day - month_days - 1)):
            return False
        if rule.weekdays and not self._fits_weekday(day, month_days):
            return False
        if rule.year_days:
            number = day.timetuple().tm_yday
            if rule.year_days.isdisjoint((number, number - _year_days(day.year) - 1)):
                return False
        if rule.weeks and rule.frequency == "YEARLY":
            return not rule.weeks.isdisjoint(_week_numbers(day, rule.week_start))
        return True

    def _fits_weekday(self, day: date, month_days: int) -> bool:
        """Whether it is one of the weekdays, or the nth of them in its month or year."""
        rule, weekday = self._rule, day.weekday()
        if (0, weekday) in rule.weekdays:
            return True
        place, length = day.day, month_days
        if rule.frequency == "YEARLY" and not rule.months:
            place, length = day.timetuple().tm_yday, _year_days(day.year)
        elif rule.frequency not in ("YEARLY", "MONTHLY"):
            return any(weekday == wanted for _, wanted in rule.weekdays)
        nth = ((place - 1) // 7 + 1, -((length - place) // 7 + 1))
        return any((n, weekday) in rule.weekdays for n in nth)

    def _are_equal(self) -> bool:
        """Whether all periods have as many starts as any other."""
        rule = self._rule
        if rule.months or rule.month_days or rule.year_days or rule.positions:
            return False
        if rule.frequency == "WEEKLY":
            return True
        if self._within_day and (rule.hours or (rule.frequency == "MINUTELY" and rule.minutes)):
            return False
        return rule.frequency in _UNITS and not rule.weekdays


def _year_days(year: int) -> int:
    return 366 if isleap(year) else 365


def _week_numbers(day: date, week_start: int) -> tuple[int, int]:
    """The number of a day's week, from the start of its year and from the end, which is -1.

    The first week of a year has at least four days of it (RFC 5545 §3.3.10).
    """
    fourth = day + (3 - (day.weekday() - week_start) % 7) * _DAY
    number = fourth.timetuple().tm_yday
    return (number - 1) // 7 + 1, -((_year_days(fourth.year) - number) // 7 + 1)
