"""When made-up events take time, found by looking at every quarter of an hour.

Nothing here is shared with the importer: no rule is expanded, each instant is asked whether an
occurrence begins at it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .made_up import QUARTER, MadeUp

Span = tuple[datetime, datetime]


def spans(event: MadeUp, first: datetime, last: datetime) -> list[Span]:
    """The time that an event takes from `first` to `last`, in UTC, cut to it."""
    found = []
    for begin, end in _all(event, last):
        if end > first and begin < last:
            found.append((max(begin, first), min(end, last)))
    return sorted(found)


def _all(event: MadeUp, last: datetime) -> Iterator[Span]:
    later = [one for one in event.changes if one.and_later]
    for original in _originals(event, last):
        if any(one.of == original for one in event.changes):
            continue
        before = [one for one in later if one.of <= original]
        if not before:
            yield _span(event, original, event.length)
        elif not before[-1].is_cancelled:
            yield _span(event, original + (before[-1].to - before[-1].of), before[-1].length)
    yield from (_span(event, one.to, one.length) for one in event.changes if not one.is_cancelled)


def _originals(event: MadeUp, last: datetime) -> Iterator[datetime]:
    """Each wall time at which an occurrence begins, by its event alone."""
    instant = event.start.replace(tzinfo=event.tz).astimezone(UTC)
    counted = 0
    while instant < last + timedelta(days=10):
        wall = instant.astimezone(event.tz).replace(tzinfo=None)
        is_in_rule = _is_in_rule(event, wall)
        counted += is_in_rule
        is_counted = is_in_rule and (event.most is None or counted <= event.most)
        if (is_counted or wall in event.added) and wall not in event.removed:
            yield wall
        instant += QUARTER


def _is_in_rule(event: MadeUp, wall: datetime) -> bool:
    if wall == event.start:
        return True
    if event.every is None or wall.time() != event.start.time():
        return False
    if event.until is not None and wall > event.until:
        return False
    ahead = (wall.date() - event.start.date()).days
    if event.every == "DAILY":
        return ahead % event.interval == 0
    weeks = (ahead + event.start.weekday()) // 7
    return weeks % event.interval == 0 and wall.weekday() in event.weekdays


def _span(event: MadeUp, wall: datetime, length: timedelta) -> Span:
    begin = wall.replace(tzinfo=event.tz).astimezone(UTC)
    if event.zone:
        return begin, begin + length
    return begin, (wall + length).replace(tzinfo=event.tz).astimezone(UTC)
