"""Public holidays of a country or subdivision, from the `holidays` package. Pure."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=512)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415  (35 ms that a server without holidays need not pay)

    country, _, subdivision = calendar.partition("-")
    return frozenset(
        day
        for day in holidays.country_holidays(country, subdiv=subdivision or None, years=year)
        if day.year == year
    )


def is_holiday(calendar: str, day: date) -> bool:
    """Whether a date is a holiday of a calendar."""
    return day in _holidays(calendar, day.year)


def is_holiday_calendar(calendar: str) -> bool:
    """Whether a country or country-subdivision code has a holiday calendar."""
    try:
        _holidays(calendar, 2024)
    except (NotImplementedError, KeyError, AttributeError):
        return False
    return True
