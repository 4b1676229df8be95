"""The columns of a calendar: where each item stands, in classes that the style sheet knows.

No element has a style of its own: the policy of the page forbids it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from openslot.kernel import intervals
from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.kernel.intervals import Interval
from openslot.scheduling.views.booked_dates import BookedDate, BookedDates
from openslot.web.console.calendar.hour_axis import HourAxis
from openslot.web.console.calendar.items import CalendarItem, ItemMaker
from openslot.web.console.calendar.lanes import Lane, lanes

LEAST_MINUTES = 10  # that an item is drawn long: large enough to be hit (WCAG 2.2, 2.5.8)
_MOST_LANES = 12  # that the style sheet knows
_USUAL_HOURS = (8 * 60, 18 * 60)


class PlacedItem(NamedTuple):
    """An item, and where it stands."""

    item: CalendarItem
    classes: str
    anchor: str  # the id of its element, where pages lead back to; "" where it has none


@dataclass(frozen=True, slots=True)
class CalendarColumn:
    """One resource on one date."""

    resource_id: str
    date: str
    offsets: str
    placed: Sequence[PlacedItem]
    closed: Sequence[str]  # classes
    now: str  # classes; "" where now is not


@dataclass(frozen=True, slots=True)
class CalendarGrid:
    """Columns beside the hours."""

    axis: HourAxis
    columns: Sequence[CalendarColumn]


def grid(booked: BookedDates, maker: ItemMaker) -> CalendarGrid:
    """A column for each resource of each date."""
    bounds = [(date.first, date.last) for date in booked.dates]
    axis = HourAxis(bounds, booked.branch.zone)
    found = [(date, day, maker.items(date, day)) for date in booked.dates for day in date.resources]
    now = booked.now // MINUTE_MS
    axis.show(
        [
            *(
                axis.span(begin, end, (date.first, date.last))
                for date, day, items in found
                for begin, end in (*day.open_time, *((item.begin, item.end) for item in items))
            ),
            *(axis.span(now, now + 1, span) for span in bounds if span[0] <= now < span[1]),
        ]
        or [_USUAL_HOURS]
    )
    anchors: set[str] = set()
    columns = [
        CalendarColumn(
            resource_id=day.resource.id,
            date=date.date.isoformat(),
            offsets=" ".join(axis.offsets((date.first, date.last))),
            placed=_placed(axis, date, items, anchors),
            closed=_closed(axis, date, day.open_time),
            now=_now(axis, date, now),
        )
        for date, day, items in found
    ]
    return CalendarGrid(axis, columns)


def _placed(
    axis: HourAxis, date: BookedDate, items: Sequence[CalendarItem], anchors: set[str]
) -> list[PlacedItem]:
    spans = [_shown(axis, date, item.begin, item.end) for item in items]
    return [
        PlacedItem(item, f"{_classes(span)} {_lane_classes(lane)}", _anchor(item, anchors))
        for item, span, lane in zip(items, spans, lanes(spans, LEAST_MINUTES), strict=True)
    ]


def _anchor(item: CalendarItem, anchors: set[str]) -> str:
    """The first place of an appointment that takes several resources is the one to come back to."""
    if not item.appointment_id or item.appointment_id in anchors:
        return ""
    anchors.add(item.appointment_id)
    return f"appointment-{item.appointment_id}"


def _closed(axis: HourAxis, date: BookedDate, open_time: Sequence[Interval]) -> list[str]:
    opened = [_shown(axis, date, begin, end) for begin, end in open_time]
    whole = [(0, len(axis.rows) * 60)]
    return [_classes(span) for span in intervals.subtract(whole, intervals.union(opened))]


def _now(axis: HourAxis, date: BookedDate, now: Minute) -> str:
    if not date.first <= now < date.last:
        return ""
    return _classes(_shown(axis, date, now, now))


def _shown(axis: HourAxis, date: BookedDate, begin: Minute, end: Minute) -> Interval:
    return axis.shown(axis.span(begin, end, (date.first, date.last)))


@lru_cache(maxsize=4096)
def _classes(span: Interval) -> str:
    begin, end = span
    at_hour, at_minute = divmod(begin, 60)
    hours, minutes = divmod(end - begin, 60)
    return f"at-{at_hour}h at-{at_minute}m for-{hours}h for-{minutes}m"


def _lane_classes(lane: Lane) -> str:
    return f"lane-{min(lane.number, _MOST_LANES - 1)} of-{min(lane.of, _MOST_LANES)}"
