"""Zones as a file describes them: VTIMEZONE (RFC 5545 §3.6.5), as a `tzinfo`. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

from openslot.calendars.format.components import OBSERVANCES
from openslot.calendars.format.content_lines import ContentLine
from openslot.calendars.format.properties import properties_of
from openslot.calendars.format.recurrence_rule import rule_of
from openslot.calendars.format.recurrence_starts import Effort, TooMuchWork, starts
from openslot.calendars.format.time_values import UnreadableValue, time_of

_NEEDED = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"})
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})([0-9]{2})?")
_FIRST = datetime(1969, 1, 1)  # noqa: DTZ001  (wall time: rules of before are not worked out)
_MOST_OBSERVANCES = 500
_ZERO = timedelta()

# From when on (UTC, naive), the offset before, the offset from then on.
_Onset = tuple[datetime, timedelta, timedelta]


class DescribedZone(tzinfo):
    """The zone of one VTIMEZONE. Doubled and skipped hours are read as PEP 495 says."""

    def __init__(self, onsets: Iterable[_Onset]) -> None:
        ordered = sorted(onsets)
        self._onsets = [at for at, _, _ in ordered]
        self._offsets = [ordered[0][1], *(after for _, _, after in ordered)]
        # When a wall clock shows each onset: where it is read as the earlier, and as the later.
        pairs = list(zip(self._onsets, self._offsets, self._offsets[1:], strict=False))
        self._walls = (
            [at + max(before, after) for at, before, after in pairs],
            [at + min(before, after) for at, before, after in pairs],
        )

    def utcoffset(self, wall: datetime | None) -> timedelta | None:
        """The offset at a wall time."""
        if wall is None:
            return None
        place = bisect_right(self._walls[wall.fold], wall.replace(tzinfo=None, fold=0))
        return self._offsets[place]

    def fromutc(self, instant: datetime) -> datetime:
        """The wall time of an instant."""
        at = instant.replace(tzinfo=None)
        place = bisect_right(self._onsets, at)
        offset = self._offsets[place]
        turned_back = self._offsets[place - 1] - offset if place else _ZERO
        is_second = place > 0 and at - self._onsets[place - 1] < turned_back
        return (at + offset).replace(tzinfo=self, fold=int(is_second))

    def dst(self, _: datetime | None) -> timedelta | None:
        """Which part of the offset is summer time: a file does not say."""
        return None

    def tzname(self, _: datetime | None) -> str | None:
        """No name: nothing is shown in this zone."""
        return None


def described_zone(
    components: Iterable[tuple[str, Sequence[ContentLine]]], last: datetime, effort: Effort
) -> DescribedZone:
    """The zone that the components of a VTIMEZONE describe, right up to `last` (naive).

    Raises:
        UnreadableValue: they describe none, or one of them cannot be read.
    """
    observances = [lines for name, lines in components if name in OBSERVANCES]
    if not observances or len(observances) > _MOST_OBSERVANCES:
        raise UnreadableValue("describes no time zone")
    try:
        return DescribedZone([o for lines in observances for o in _onsets(lines, last, effort)])
    except TooMuchWork:
        raise UnreadableValue("is too long") from None


def _onsets(lines: Iterable[ContentLine], last: datetime, effort: Effort) -> Iterator[_Onset]:
    """When an observance begins, each time."""
    values: dict[str, list[str]] = {}
    for found, is_cut in properties_of(lines, _NEEDED):
        if is_cut:
            raise UnreadableValue("is too long")
        values.setdefault(found.name, []).append(found.value)
    before, after = (_offset(_only(values, name)) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
    start = _wall(time_of(_only(values, "DTSTART"), None), before)
    walls = {start}
    for text in values.get("RRULE", ()):
        rule = rule_of(text)
        until = last if rule.until is None else min(last, _wall(rule.until, before))
        walls.update(w for w in starts(rule, start, _FIRST, until, effort) if w <= until)
    for text in values.get("RDATE", ()):
        walls.update(_wall(time_of(part, None), before) for part in text.split(","))
    effort.spend(len(walls))
    yield from ((wall - before, before, after) for wall in walls)


def _only(values: dict[str, list[str]], name: str) -> str:
    found = values.get(name, [])
    if len(found) != 1:
        raise UnreadableValue("lacks something")
    return found[0]


def _wall(value: date, offset: timedelta) -> datetime:
    """Wall time before an onset, of a value that may be in UTC."""
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return value.replace(tzinfo=None) + offset if value.tzinfo is UTC else value


def _offset(text: str) -> timedelta:
    """An offset from UTC (RFC 5545 §3.3.14)."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        raise UnreadableValue("has an offset that cannot be read")
    hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if length >= timedelta(days=1):
        raise UnreadableValue("has an offset that cannot be read")
    return -length if found[1] == "-" else length
