"""Instants as the wire writes them: RFC 3339 with the branch's offset, `+00:00` included."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from openslot.kernel.clock import (
    Millis,
    Minute,
    instant_of_millis,
    instant_of_minute,
    instant_text,
)
from openslot.scheduling.model.zones import day_bounds, local_date

_TIMES = [f"T{minute // 60:02}:{minute % 60:02}:00" for minute in range(1440)]


def minute_text(minute: Minute, zone: ZoneInfo) -> str:
    """A minute as local time with offset: `2027-03-28T03:30:00+02:00`."""
    return instant_of_minute(minute).astimezone(zone).isoformat()


def millis_text(millis: Millis, zone: ZoneInfo) -> str:
    """A millisecond likewise: `2027-03-28T03:30:00.125+02:00`."""
    return instant_of_millis(millis).astimezone(zone).isoformat(timespec="milliseconds")


def optional_instant(millis: Millis | None) -> str | None:
    """An instant in UTC that may not be there."""
    return None if millis is None else instant_text(millis)


def minute_texts(minutes: Iterable[Minute], zone: ZoneInfo) -> list[str]:
    """Many minutes in order; on a day without a clock change one costs a quarter microsecond."""
    texts: list[str] = []
    first = last = 0  # the local day at hand, if its offset does not change
    day = offset = ""
    for minute in minutes:
        if not first <= minute < last:
            local_day = local_date(minute, zone)
            first, last = day_bounds(local_day, zone)
            text = minute_text(first, zone)
            day, offset = text[:10], text[19:]
            if (
                not text.endswith("T00:00:00" + offset)
                or minute_text(last - 1, zone)[19:] != offset
            ):
                first = last = 0
                texts.append(minute_text(minute, zone))
                continue
        texts.append(day + _TIMES[minute - first] + offset)
    return texts
