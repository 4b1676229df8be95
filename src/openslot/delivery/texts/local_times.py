"""Dates and times as people of a language write them. Pure.

Source: Unicode CLDR, full dates and short times, by the library `babel`.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute, instant_of_minute

if TYPE_CHECKING:
    from babel import Locale

# CLDR puts narrow spaces into times. In an SMS one of them doubles the price, and some mail
# programs show a box for it.
_NARROW_SPACES = str.maketrans({"\u202f": " ", "\u2009": " "})


def local_date(at: Minute, zone: ZoneInfo, locale: str) -> str:
    """The full date, such as `dinsdag 12 januari 2027`."""
    from babel.dates import format_date  # noqa: PLC0415  (most processes never write a message)

    return format_date(_wall(at, zone), "full", known_locale(locale)).translate(_NARROW_SPACES)


def local_time(at: Minute, zone: ZoneInfo, locale: str) -> str:
    """The short time, such as `10:00 AM`; one that exists twice is followed by its offset."""
    from babel.dates import format_time  # noqa: PLC0415

    wall = _wall(at, zone)
    text = format_time(wall.replace(tzinfo=None), "short", locale=known_locale(locale))
    text = text.translate(_NARROW_SPACES)
    return f"{text} (UTC{_offset(wall)})" if _exists_twice(wall) else text


def is_right_to_left(locale: str) -> bool:
    """Whether the language is written from right to left."""
    return known_locale(locale).text_direction == "rtl"


@lru_cache(maxsize=256)
def known_locale(locale: str) -> "Locale":
    """What CLDR knows of a locale such as `nl_NL`: else of its language, else of English."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415

    for name in (locale, locale.partition("_")[0]):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _wall(at: Minute, zone: ZoneInfo) -> datetime:
    return instant_of_minute(at).astimezone(zone)


def _exists_twice(wall: datetime) -> bool:
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


def _offset(wall: datetime) -> str:
    offset = wall.utcoffset() or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{sign}{hours:02}:{minutes:02}"
