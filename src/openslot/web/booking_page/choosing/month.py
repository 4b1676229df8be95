"""A month as a table of its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from openslot.web.booking_page.choosing.free_times import FreeTimes
from openslot.web.page_kit.language.local_formats import LocalFormats
from openslot.web.page_kit.language.vocabulary import Words

_DAYS = 7


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of the table."""

    number: str
    iso: str
    label: str  # what it is called; "": nothing is free
    is_open: bool


@dataclass(frozen=True, slots=True)
class MonthWeek:
    """Seven places; None is a day of another month."""

    days: Sequence[MonthDay | None]

    @property
    def is_free(self) -> bool:
        """Whether a day of it has a free time."""
        return any(day is not None and day.label for day in self.days)


@dataclass(frozen=True, slots=True)
class Month:
    """The table: weeks of seven places, and where to go on."""

    name: str
    weekdays: Sequence[tuple[str, str]]
    weeks: Sequence[MonthWeek]
    previous: date | None  # a free day before the month
    next: date | None


def month_of(
    first: date, times: FreeTimes, opened: date | None, words: Words, formats: LocalFormats
) -> Month:
    """The month that begins on `first`; `opened` is the day whose times are shown."""
    following = (first + timedelta(days=31)).replace(day=1)
    blank = (first.weekday() - formats.first_weekday) % _DAYS
    places: list[MonthDay | None] = [None] * blank
    day = first
    while day < following:
        places.append(_day(day, times, opened, words, formats))
        day += timedelta(days=1)
    places.extend([None] * (-len(places) % _DAYS))
    return Month(
        name=formats.month(first),
        weekdays=formats.weekdays(),
        weeks=[MonthWeek(places[at : at + _DAYS]) for at in range(0, len(places), _DAYS)],
        previous=times.last_before(first),
        next=times.first_from(following),
    )


def _day(
    day: date, times: FreeTimes, opened: date | None, words: Words, formats: LocalFormats
) -> MonthDay:
    free = len(times.by_date.get(day, ()))
    label = ""
    if free:
        label = words.count(
            "{date}, {number} free time",
            "{date}, {number} free times",
            free,
            date=formats.full_date(day),
        )
    return MonthDay(formats.number(day.day), day.isoformat(), label, day == opened)
