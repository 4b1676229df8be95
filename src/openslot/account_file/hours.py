"""Opening hours, breaks and overrides as an account file writes them. Wall time of the branch."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from openslot.account_file.field_types import BeginTime, EndTime, IsoDate, Weekday


class Entry(BaseModel):
    """A mapping of an account file: camelCase names, no other fields, no conversions."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, alias_generator=to_camel, allow_inf_nan=False
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        """`group:` with nothing behind it means the same as no `group`."""
        if not isinstance(data, dict):
            return data
        known = {field.alias for field in cls.model_fields.values()}
        return {k: v for k, v in data.items() if v is not None or k not in known}


class OpeningHours(Entry):
    """A weekly opening period; one that passes midnight belongs to the day it opens on."""

    day: Weekday
    opens: BeginTime
    closes: EndTime
    closes_next_day: bool = False
    valid_from: IsoDate | None = None  # inclusive, as is valid_to
    valid_to: IsoDate | None = None


class Break(Entry):
    """A weekly stretch cut out of open time."""

    day: Weekday
    starts: BeginTime
    ends: EndTime
    closes_next_day: bool = False
    valid_from: IsoDate | None = None
    valid_to: IsoDate | None = None


class DateHours(Entry):
    """An opening period of one date."""

    opens: BeginTime
    closes: EndTime
    closes_next_day: bool = False


class DateBreak(Entry):
    """A break of one date."""

    starts: BeginTime
    ends: EndTime
    closes_next_day: bool = False


class DateOverrideDocument(Entry):
    """What one date has in place of its weekly hours and breaks: hours, or `closed: true`."""

    date: IsoDate
    closed: bool = False
    hours: list[DateHours] = Field(default=[], max_length=50)
    breaks: list[DateBreak] = Field(default=[], max_length=50)
