"""The step that chooses a day and a time, as its template shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute
from openslot.scheduling.model.zones import day_bounds, local_date
from openslot.web.api.times import minute_text
from openslot.web.booking_page.choosing.free_times import FreeTimes
from openslot.web.booking_page.choosing.month import Month, month_of
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.page_kit.language.local_formats import occurrence, offset_text


@dataclass(frozen=True, slots=True)
class StartButton:
    """A button that takes a start."""

    value: str  # RFC 3339 with the branch's offset
    label: str  # full date and time
    time: str


@dataclass(frozen=True, slots=True)
class TimeView:
    """The month, the open day and its starts."""

    month: Month
    open_iso: str
    open_day: str  # "": no day is open
    starts: Sequence[StartButton]
    zone_name: str
    zone_text: str
    next_free: str  # the next day with free times where the wanted one has none, else the last
    next_free_words: str


def time_view(
    request: PublicRequest, times: FreeTimes, day: date | None, month: date | None
) -> TimeView | None:
    """The view of a wanted day or month, else of the first day that is free; None: none is."""
    first = next(iter(times.by_date), None)
    if first is None:
        return None
    opened, shown = first, first.replace(day=1)
    if day is not None:
        opened, shown = day, day.replace(day=1)
    elif month is not None:
        shown = month
        opened = times.first_from(month) or first
    is_free = opened in times.by_date and opened.replace(day=1) == shown
    next_free, next_words = ("", "") if is_free else _elsewhere(request, times, day or shown)
    starts = times.by_date[opened] if is_free else ()
    words, formats = request.words, request.formats
    return TimeView(
        month=month_of(shown, times, opened if is_free else None, words, formats),
        open_iso=opened.isoformat() if is_free else "",
        open_day=formats.full_date(opened) if is_free else "",
        starts=[start_button(request, start, times.zone) for start in starts],
        zone_name=times.zone.key,
        zone_text=zone_text(request, starts or times.starts[:1], times.zone),
        next_free=next_free,
        next_free_words=next_words,
    )


def _elsewhere(request: PublicRequest, times: FreeTimes, wanted: date) -> tuple[str, str]:
    """The next day with free times, else the last: as an address has it, and in words."""
    say, formats = request.words.say, request.formats
    following = times.first_from(wanted)
    if following is not None:
        words = say("Next day with free times: {date}", date=formats.full_date(following))
        return following.isoformat(), words
    last = [*times.by_date][-1]
    return last.isoformat(), say("Last day with free times: {date}", date=formats.full_date(last))


def start_button(request: PublicRequest, start: Minute, zone: ZoneInfo) -> StartButton:
    """The button of a start."""
    label, time = request.formats.date_and_time(start, zone), request.formats.time(start, zone)
    which = which_of_two(request, start, zone)
    return StartButton(minute_text(start, zone), f"{label}{which}", f"{time}{which}")


def which_of_two(request: PublicRequest, at: Minute, zone: ZoneInfo) -> str:
    """What follows a wall time that exists twice."""
    return ("", " " + request.words.say("(first)"), " " + request.words.say("(second)"))[
        occurrence(at, zone)
    ]


def zone_text(request: PublicRequest, starts: Sequence[Minute], zone: ZoneInfo) -> str:
    """The zone by its city, and each offset that the days of some starts have."""
    days = dict.fromkeys(local_date(start, zone) for start in starts)
    bounds = (day_bounds(day, zone) for day in days)
    offsets = dict.fromkeys(
        offset_text(at, zone) for begin, end in bounds for at in (begin, end - 1)
    )
    return request.words.say(
        "Times are local times in {city} ({offset}).",
        city=request.formats.city(zone),
        offset=", ".join(offsets),
    )
