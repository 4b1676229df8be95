"""Dates and local times as people type them: fields of the types `date` and `datetime-local`."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.model.zones import first_occurrence, instant_at
from openslot.web.http.request_parsing import FIRST_YEAR, LAST_YEAR
from openslot.web.page_kit.field_pairs import FieldPairs


def typed_date(fields: FieldPairs, name: str) -> date | None:
    """The date of a field; None: nothing was typed.

    Raises:
        Invalid: it is no date.
    """
    text = fields.one(name).strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise Invalid(Fault(name, "invalid_date", "must be a date, YYYY-MM-DD")) from None
    return day


def typed_time(
    fields: FieldPairs, name: str, zone: ZoneInfo, *, ends: bool = False
) -> Minute | None:
    """The instant of a field with a local time; None: nothing was typed.

    Of an hour that comes twice it is the first, or the last where something `ends`.

    Raises:
        Invalid: it is no time, or one that the clocks skip.
    """
    text = fields.one(name).strip()
    if not text:
        return None
    try:
        wall = datetime.fromisoformat(text)  # without an offset: checked on the next line
        if wall.tzinfo or not FIRST_YEAR <= wall.year <= LAST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise Invalid(Fault(name, "invalid_time", "must be a date and a time")) from None
    day, minutes = wall.date(), wall.hour * 60 + wall.minute
    if first_occurrence(day, minutes, zone) is None:
        raise Invalid(Fault(name, "skipped_time", "is a time that the clocks skip"))
    return instant_at(day, minutes, zone, ends=ends)
