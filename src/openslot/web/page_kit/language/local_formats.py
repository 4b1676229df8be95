"""Dates, times and zones as people of a language write them. Pure.

Source: Unicode CLDR, by the library `babel`.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from openslot.account_file.booking_page.page_languages import RIGHT_TO_LEFT_TRIAL
from openslot.kernel.clock import Minute, instant_of_minute

if TYPE_CHECKING:
    from babel import Locale

# CLDR puts narrow spaces into times, for which some fonts show a box.
_NARROW_SPACES = str.maketrans({"\u202f": " ", "\u2009": " "})
_A_SUNDAY = date(2023, 1, 1)


class LocalFormats:
    """How one locale writes. What is made once for a locale stays in memory."""

    def __init__(self, locale: str) -> None:
        """`locale` is one of an account's page."""
        from babel import Locale  # noqa: PLC0415  (20 ms; few processes show a page)

        self._name = locale
        self._is_trial = locale == RIGHT_TO_LEFT_TRIAL
        self._locale = _known("en" if self._is_trial else locale, Locale)

    @property
    def own_name(self) -> str:
        """What the language calls itself: `Nederlands`."""
        if self._is_trial:
            return self._name
        return (self._locale.get_language_name() or self._name).capitalize()

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return "rtl" if self._is_trial else str(self._locale.text_direction)

    @property
    def first_weekday(self) -> int:
        """The day that weeks begin with; 0 is Monday."""
        return int(self._locale.first_week_day)

    def full_date(self, day: date) -> str:
        """`dinsdag 12 januari 2027`."""
        from babel.dates import format_date  # noqa: PLC0415

        return format_date(day, "full", self._locale).translate(_NARROW_SPACES)

    def month(self, day: date) -> str:
        """`januari 2027`."""
        from babel.dates import format_skeleton  # noqa: PLC0415

        return str(format_skeleton("yMMMM", _noon(day), locale=self._locale))

    def weekdays(self) -> Sequence[tuple[str, str]]:
        """The short and the full names of the days of a week, from its first on."""
        from babel.dates import format_date  # noqa: PLC0415

        days = [
            _A_SUNDAY + timedelta(days=(self.first_weekday + 1) % 7 + place) for place in range(7)
        ]
        return [
            (format_date(d, "EEE", self._locale), format_date(d, "EEEE", self._locale))
            for d in days
        ]

    def time(self, at: Minute, zone: ZoneInfo) -> str:
        """The wall time of an instant: `10:00 AM`."""
        from babel.dates import format_time  # noqa: PLC0415

        wall = _wall(at, zone).replace(tzinfo=None)
        return format_time(wall, "short", locale=self._locale).translate(_NARROW_SPACES)

    def date_and_time(self, at: Minute, zone: ZoneInfo) -> str:
        """`dinsdag 12 januari 2027, 10:00`."""
        return f"{self.full_date(_wall(at, zone).date())}, {self.time(at, zone)}"

    def number(self, number: float) -> str:
        """A number with the separators of the language."""
        from babel.numbers import format_decimal  # noqa: PLC0415

        return str(format_decimal(number, locale=self._locale))

    def city(self, zone: ZoneInfo) -> str:
        """What people call a zone: mostly its city."""
        from babel.dates import get_timezone_location  # noqa: PLC0415

        return str(get_timezone_location(zone, locale=self._locale, return_city=True))


@cache
def formats_of(locale: str) -> LocalFormats:
    """How a locale writes."""
    return LocalFormats(locale)


def offset_text(at: Minute, zone: ZoneInfo) -> str:
    """The offset at an instant: `UTC+01:00`."""
    offset = _wall(at, zone).utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"UTC{sign}{hours:02}:{minutes:02}"


def occurrence(at: Minute, zone: ZoneInfo) -> int:
    """1 or 2 for a wall time that exists twice: which of them; 0 for any other."""
    wall = _wall(at, zone)
    if wall.replace(fold=0).utcoffset() == wall.replace(fold=1).utcoffset():
        return 0
    return 1 + wall.fold


def _wall(at: Minute, zone: ZoneInfo) -> datetime:
    return instant_of_minute(at).astimezone(zone)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001  (only its date is written)


def _known(locale: str, kind: "type[Locale]") -> "Locale":
    """The locale, else its language; the page speaks no language that CLDR does not know."""
    from babel import UnknownLocaleError  # noqa: PLC0415

    try:
        return kind.parse(locale)
    except (UnknownLocaleError, ValueError):
        return kind.parse(locale.partition("_")[0])
