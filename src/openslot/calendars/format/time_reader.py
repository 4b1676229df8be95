"""Reads the times of one component's properties, each in the zone that stands beside it."""

from datetime import UTC, date, datetime, time
from typing import TypeVar

from openslot.calendars.format.properties import Property, PropertyFault
from openslot.calendars.format.time_values import Duration, UnreadableValue, period_of, time_of
from openslot.calendars.format.value_types import Added
from openslot.calendars.format.zone_lookup import ZoneLookup

D = TypeVar("D", bound=date)
_IN_UTC = "ends in Z, so it is in UTC, whatever time zone stands beside it"


class TimeReader:
    """Of a component in one of the file's calendars; collects what is to be said of its times."""

    def __init__(self, zones: ZoneLookup, calendar: int) -> None:
        """`calendar` is the one of the file whose zones count."""
        self._zones, self._calendar = zones, calendar
        self.remarks: dict[str, str] = {}  # by the name of the property

    def read(self, property_: Property) -> date:
        """The value of a property that has one.

        Raises:
            PropertyFault: it cannot be read.
        """
        return self.read_text(property_, property_.value)

    def read_text(self, property_: Property, text: str) -> date:
        """One of the values of a property. Raises as `read`."""
        try:
            found = self._placed(property_, time_of(text, None))
        except UnreadableValue as fault:
            raise PropertyFault(property_.name, str(fault)) from None
        is_midnight = isinstance(found, datetime) and found.time() == time()
        if is_midnight and property_.parameters.get("VALUE", "").upper() == "DATE":
            return date(found.year, found.month, found.day)
        return found

    def read_added(self, property_: Property, text: str) -> Added:
        """One of the values of a property that may also be a period. Raises as `read`."""
        if "/" not in text:
            return self.read_text(property_, text), None
        return self.read_period(property_, text)

    def read_period(self, property_: Property, text: str) -> tuple[datetime, datetime | Duration]:
        """A period: its start, and its end or duration. Raises as `read`."""
        try:
            start, ends = period_of(text, None)
            start = self._placed(property_, start)
            if isinstance(ends, datetime):
                ends = self._placed(property_, ends)
        except UnreadableValue as fault:
            raise PropertyFault(property_.name, str(fault)) from None
        is_reversed = ends.is_negative if isinstance(ends, Duration) else _before(ends, start)
        if is_reversed:
            raise PropertyFault(property_.name, "has a period that ends before it begins")
        return start, ends

    def _placed(self, property_: Property, value: D) -> D:
        """A value in the zone of its property; a whole day has none."""
        tzid = property_.parameters.get("TZID", "").strip()
        if not tzid or not isinstance(value, datetime):
            return value
        if value.tzinfo is UTC:
            self.remarks[property_.name] = _IN_UTC
            return value
        return value.replace(tzinfo=self._zones.zone(self._calendar, tzid))


def _before(end: datetime, start: datetime) -> bool:
    return (end.tzinfo is None) != (start.tzinfo is None) or end < start
