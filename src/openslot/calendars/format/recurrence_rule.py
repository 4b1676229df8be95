"""The rule of a repeating event, as a value (RFC 5545 §3.3.10). Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from openslot.calendars.format.time_values import UnreadableValue, time_of

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_AS_WITHOUT = {"RSCALE": "GREGORIAN", "SKIP": "OMIT"}
_MOST = 1_000_000  # of a count or an interval; what is more is as good as without end
_TOO_OFTEN = "repeats more often than once a minute"


@dataclass(frozen=True, slots=True)
class Rule:
    """How an event repeats. Empty parts limit nothing."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | None = None  # a date, or a time, which is naive if it is not in UTC
    months: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()  # (which of them or 0, 0 is Monday)
    hours: frozenset[int] = frozenset()
    minutes: frozenset[int] = frozenset()
    seconds: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0  # 0 is Monday

    def completed_by(self, start: date) -> "Rule":
        """With the days that it leaves to the event's start (RFC 5545 §3.3.10)."""
        if self.year_days or self.month_days or self.weekdays:
            return self
        if self.frequency == "WEEKLY" or (self.frequency == "YEARLY" and self.weeks):
            return replace(self, weekdays=frozenset({(0, start.weekday())}))
        if self.frequency == "MONTHLY" or (self.frequency == "YEARLY" and self.months):
            return replace(self, month_days=frozenset({start.day}))
        if self.frequency == "YEARLY":
            days, months = frozenset({start.day}), frozenset({start.month})
            return replace(self, month_days=days, months=months)
        return self


def rule_of(text: str) -> Rule:
    """A rule that was written in a file.

    Raises:
        UnreadableValue: it is none, or one of a kind that is not known.
    """
    parts: dict[str, str] = {}
    for part in text.upper().split(";"):
        name, _, value = part.partition("=")
        name = name.strip()
        if name in parts:
            raise UnreadableValue("has a part twice")
        if name:
            parts[name] = value.strip()
    # RFC 7529 §4.1: what says in so many words what a rule means without it
    for name, value in _AS_WITHOUT.items():
        if parts.get(name) == value:
            del parts[name]
    frequency = parts.pop("FREQ", "")
    if frequency == "SECONDLY":
        raise UnreadableValue(_TOO_OFTEN)
    if frequency not in FREQUENCIES:
        raise UnreadableValue("cannot be read")
    found: dict[str, object] = {}
    for name, value in parts.items():
        if name not in _PARTS:
            raise UnreadableValue("has a part that is not known")
        field, read = _PARTS[name]
        try:
            found[field] = read(value)
        except (ValueError, LookupError):
            raise UnreadableValue("cannot be read") from None
    return replace(Rule(frequency), **found)  # type: ignore[arg-type]


def _number(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return min(number, _MOST)


def _numbers(text: str, lowest: int, highest: int) -> frozenset[int]:
    """Whole numbers with commas; if `lowest` is negative 0 is none of them."""
    numbers = frozenset(map(int, text.split(",")))
    if not all(lowest <= n <= highest and (n or lowest == 0) for n in numbers):
        raise ValueError
    return numbers


def _weekdays(text: str) -> frozenset[tuple[int, int]]:
    found = [_WEEKDAY.fullmatch(part.strip()) for part in text.split(",")]
    days = {(int(day[1] or 0), _WEEKDAYS.index(day[2])) for day in found if day is not None}
    if None in found or not all(abs(nth) <= 53 for nth, _ in days):
        raise ValueError
    return frozenset(days)


_PARTS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "INTERVAL": ("interval", _number),
    "COUNT": ("count", _number),
    "UNTIL": ("until", partial(time_of, zone=None)),
    "BYMONTH": ("months", partial(_numbers, lowest=1, highest=12)),
    "BYWEEKNO": ("weeks", partial(_numbers, lowest=-53, highest=53)),
    "BYYEARDAY": ("year_days", partial(_numbers, lowest=-366, highest=366)),
    "BYMONTHDAY": ("month_days", partial(_numbers, lowest=-31, highest=31)),
    "BYDAY": ("weekdays", _weekdays),
    "BYHOUR": ("hours", partial(_numbers, lowest=0, highest=23)),
    "BYMINUTE": ("minutes", partial(_numbers, lowest=0, highest=59)),
    "BYSECOND": ("seconds", partial(_numbers, lowest=0, highest=59)),
    "BYSETPOS": ("positions", partial(_numbers, lowest=-366, highest=366)),
    "WKST": ("week_start", _WEEKDAYS.index),
}
