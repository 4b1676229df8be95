"""Dates, times and numbers as staff read them: short, on a 24-hour clock, of the branch. Pure.

Source: Unicode CLDR, by the library `babel`.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute, instant_of_minute
from openslot.web.page_kit.language.local_formats import LocalFormats, occurrence
from openslot.web.page_kit.language.vocabulary import Words

_LOCALES = {"en": "en_GB", "nl": "nl_NL", "de": "de_DE"}
_DAYS = {"en": "EEEE d MMMM", "nl": "EEEE d MMMM", "de": "EEEE, d. MMMM"}
_DATES = {"en": "d MMMM y", "nl": "d MMMM y", "de": "d. MMMM y"}
_SHORT_DAYS = {"en": "EEE d MMM", "nl": "EEE d MMM", "de": "EEE, d. MMM"}


class StaffFormats:
    """How one language writes."""

    def __init__(self, language: str, words: Words) -> None:
        """`words` say "first" and "second"."""
        self._language = language
        self._words = words
        self._local = LocalFormats(_LOCALES[language])

    def day(self, day: date) -> str:
        """`Tuesday 12 January`."""
        return self._format_date(day, _DAYS[self._language])

    def day_and_year(self, day: date) -> str:
        """`Tuesday 12 January 2027`."""
        return self._format_date(day, _DAYS[self._language] + " y")

    def plain_date(self, day: date) -> str:
        """`12 January 2027`."""
        return self._format_date(day, _DATES[self._language])

    def short_day(self, day: date) -> str:
        """`Tue 12 Jan`."""
        return self._format_date(day, _SHORT_DAYS[self._language])

    def time(self, at: Minute, zone: ZoneInfo) -> str:
        """`10:00`; of an hour that comes twice `02:30 (first)`."""
        text = f"{self._wall(at, zone):%H:%M}"
        which = occurrence(at, zone)
        if not which:
            return text
        named = self._words.say("first") if which == 1 else self._words.say("second")
        return f"{text} ({named})"

    def day_and_time(self, at: Minute, zone: ZoneInfo) -> str:
        """`Tuesday 12 January, 10:00`."""
        return f"{self.day(self._wall(at, zone).date())}, {self.time(at, zone)}"

    def typed(self, text: str) -> str:
        """A date or local time as a field holds it, `2027-01-12` or `2027-01-12T10:00`, in words.

        "" for anything else. Browsers write such fields in their own language, whatever the page's.
        """
        try:
            day = datetime.fromisoformat(text)
        except ValueError:
            return ""
        return self.day_and_year(day) + (f", {day:%H:%M}" if "T" in text else "")

    def number(self, number: float) -> str:
        """A number with the separators of the language."""
        return self._local.number(number)

    def weekdays(self) -> list[str]:
        """The names of the days, from Monday on."""
        monday = date(2024, 1, 1)
        return [self._format_date(date(2024, 1, monday.day + place), "EEEE") for place in range(7)]

    def _format_date(self, day: date, pattern: str) -> str:
        from babel.dates import format_date  # noqa: PLC0415  (few processes show a page)

        return str(format_date(day, pattern, locale=_LOCALES[self._language]))

    def _wall(self, at: Minute, zone: ZoneInfo) -> datetime:
        return instant_of_minute(at).astimezone(zone)
