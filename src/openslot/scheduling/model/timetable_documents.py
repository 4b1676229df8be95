"""Opening hours as the account file writes them, read into timetables. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from openslot.kernel.clock import MINUTES_PER_DAY
from openslot.scheduling.model.opening_hours import (
    WEEKDAYS,
    DateOverride,
    Timetable,
    WallPeriod,
    WeeklyPeriod,
)

Document = Mapping[str, Any]


def narrowing_of(document: Document) -> Timetable | None:
    """The own hours of a service or resource, if it has any; breaks alone narrow too."""
    if document.get("openingHours"):
        return timetable_of(document)
    if document.get("breaks"):
        return replace(timetable_of(document), hours=None)
    return None


def timetable_of(document: Document) -> Timetable:
    """The hours, breaks, overrides and holidays of a document in the account file's words."""
    return Timetable(
        hours=tuple(_weekly(h, "opens", "closes") for h in document.get("openingHours", ())),
        breaks=tuple(_weekly(b, "starts", "ends") for b in document.get("breaks", ())),
        overrides={_day(o["date"]): _override(o) for o in document.get("overrides", ())},
        holiday_calendar=document.get("holidayCalendar"),
    )


def _override(document: Document) -> DateOverride:
    return DateOverride(
        hours=tuple(_wall(h, "opens", "closes") for h in document.get("hours", ())),
        breaks=tuple(_wall(b, "starts", "ends") for b in document.get("breaks", ())),
    )


def _weekly(document: Document, starts: str, ends: str) -> WeeklyPeriod:
    return WeeklyPeriod(
        weekday=WEEKDAYS.index(document["day"]),
        period=_wall(document, starts, ends),
        valid_from=_day(document["validFrom"]) if document.get("validFrom") else None,
        valid_to=_day(document["validTo"]) if document.get("validTo") else None,
    )


def _wall(document: Document, starts: str, ends: str) -> WallPeriod:
    end = _minutes_of(document[ends])
    if document.get("closesNextDay"):
        end += MINUTES_PER_DAY
    return WallPeriod(_minutes_of(document[starts]), end)


def _minutes_of(wall_time: str) -> int:
    """Minutes after midnight of `HH:MM`; `24:00` is 1440."""
    return int(wall_time[:2]) * 60 + int(wall_time[3:])


def _day(text: str) -> date:
    return date.fromisoformat(text)
