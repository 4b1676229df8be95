"""Dates of a query. Pure."""

from datetime import date

from openslot.kernel.errors import NotFound

_FIRST_YEAR, _LAST_YEAR = 1971, 2998  # no calendar of ours goes further


def date_of(text: str, default: date) -> date:
    """A date of a query, `2027-01-12`; without one the default.

    Raises:
        NotFound: it is no date, or far from any that somebody means.
    """
    if not text:
        return default
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise NotFound
    return day
