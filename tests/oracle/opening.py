"""Open time and the grid, minute by minute (scheduling.md section 3).

Every function gives plain sets of UTC minutes. A minute in a set means that the whole of that
minute belongs to it.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from .wall import DAY, local_date, minute_at

# A period of one date may end as late as the end of the next date, and a wall time in a gap is
# pushed on; two dates before and one after a minute are certain to hold all that can cover it.
DAYS_BEFORE, DAYS_AFTER = 2, 1


@cache
def is_holiday(calendar: str, day: date) -> bool:
    country, _, subdivision = calendar.partition("-")
    return day in holidays.country_holidays(country, subdiv=subdivision or None, years=day.year)


def weekly(rules: Iterable[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    """The weekly periods or breaks that hold on `day`; validFrom and validTo are inclusive."""
    name = day.strftime("%A").lower()
    return [
        rule
        for rule in rules
        if rule["day"] == name
        and not (rule.get("validFrom") and day < rule["validFrom"])
        and not (rule.get("validTo") and day > rule["validTo"])
    ]


def hours_and_breaks(owner: dict[str, Any], day: date) -> tuple[list[Any], list[Any]]:
    """What holds on `day`: date override, then holiday, then weekly hours (section 3).

    Only branches carry `overrides` and `holidayCalendar`; services and resources fall through
    to their weekly hours.
    """
    for override in owner.get("overrides") or []:
        if override["date"] == day:
            hours = [] if override.get("closed") else override.get("hours") or []
            return hours, override.get("breaks") or []
    if owner.get("holidayCalendar") and is_holiday(owner["holidayCalendar"], day):
        return [], []
    return (
        weekly(owner.get("openingHours") or [], day),
        weekly(owner.get("breaks") or [], day),
    )


def minutes_of_periods(periods: Iterable[dict[str, Any]], day: date, zone: ZoneInfo) -> set[int]:
    """The minutes of the opening periods of one date, before breaks are cut."""
    minutes: set[int] = set()
    for period in periods:
        begin = minute_at(day, period["opens"], zone, end=False)
        last_day = day + DAY if period.get("closesNextDay") else day
        # A period whose end does not come after its begin is an empty range: no minutes.
        minutes.update(range(begin, minute_at(last_day, period["closes"], zone, end=True)))
    return minutes


def minutes_of_breaks(breaks: Iterable[dict[str, Any]], day: date, zone: ZoneInfo) -> set[int]:
    minutes: set[int] = set()
    for pause in breaks:
        begin = minute_at(day, pause["starts"], zone, end=False)
        minutes.update(range(begin, minute_at(day, pause["ends"], zone, end=True)))
    return minutes


def dates_around(low: int, high: int, zone: ZoneInfo) -> Iterator[date]:
    """Every local date whose periods could reach into the minutes [low, high)."""
    day = local_date(low, zone) - DAYS_BEFORE * DAY
    while day <= local_date(high, zone) + DAYS_AFTER * DAY:
        yield day
        day += DAY


def open_minutes(
    owner: dict[str, Any], low: int, high: int, zone: ZoneInfo, always: bool = False
) -> set[int]:
    """The open minutes of a branch, service or resource in [low, high).

    `always` is for an owner without hours of its own: open all the time but for its breaks.
    """
    opened: set[int] = set(range(low, high)) if always else set()
    paused: set[int] = set()
    for day in dates_around(low, high, zone):
        hours, breaks = hours_and_breaks(owner, day)
        opened |= minutes_of_periods(hours, day, zone)
        paused |= minutes_of_breaks(breaks, day, zone)
    return {minute for minute in opened - paused if low <= minute < high}


def grid_minutes(
    branch: dict[str, Any], low: int, high: int, zone: ZoneInfo, step: int
) -> set[int]:
    """Every start on the grid in [low, high) (section 2 rule 2).

    Periods of one date become one where they overlap or touch, the grid is laid from the begin
    of each merged period, and breaks change nothing about it.
    """
    grid: set[int] = set()
    for day in dates_around(low, high, zone):
        hours, _ = hours_and_breaks(branch, day)
        minutes = minutes_of_periods(hours, day, zone)
        for minute in sorted(minutes):
            if minute - 1 not in minutes:
                begin = minute
            if (minute - begin) % step == 0:
                grid.add(minute)
    return {minute for minute in grid if low <= minute < high}
