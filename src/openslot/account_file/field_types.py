"""The single values of an account file: which texts, times and numbers it takes.

A pattern here is part of the JSON schema; `RULES` has the sentence that a person reads instead.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.account_file.booking_page.colours import HEX_COLOUR
from openslot.delivery.messages.reminders import BEFORE
from openslot.delivery.model.webhook import EVERY_TYPE
from openslot.kernel.fields import is_visible
from openslot.scheduling.model.events import TYPES
from openslot.scheduling.model.public_holidays import is_holiday_calendar
from openslot.scheduling.model.zones import is_of_a_place, zone_named

ACCOUNT_NAME = r"^[a-z0-9][a-z0-9-]{0,62}$"
KEY = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"
LOCALE = r"^[a-z]{2,3}(_[A-Z][a-z]{3})?(_([A-Z]{2}|[0-9]{3}))?$"
# Control characters are named one by one: `\p{Cc}` is unknown to Python's and other readers.
TEXT = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
# The same with line ends and tabs
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
BEGIN_TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"
END_TIME = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
INSTANT = (
    r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})$"
)
ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
COUNTRY = r"^[A-Z]{2}$"
CALENDAR = r"^[A-Z]{2,3}(-[A-Za-z0-9]{1,12})?$"

RULES = {
    ACCOUNT_NAME: "must be 1 to 63 of a-z, 0-9 and hyphen, beginning with a letter or digit",
    KEY: "must be 1 to 63 of A-Z, a-z, 0-9, dot, hyphen and underscore, beginning with a letter "
    "or digit",
    LOCALE: "must be a locale such as en_US or nl_NL",
    TEXT: "must be a text with something to read in it and no control characters",
    LINES: "must be a text with something to read in it; line ends are its only control characters",
    BEGIN_TIME: "must be a time from 00:00 to 23:59, written HH:MM",
    END_TIME: "must be a time from 00:00 to 24:00, written HH:MM",
    INSTANT: 'must be a time with its offset, such as "2029-01-01T00:00:00Z"',
    ISO_DATE: "must be a date, written YYYY-MM-DD",
    HEX_COLOUR: "must be a colour written #rrggbb, such as #0b57d0",
    COUNTRY: "must be a country's two capital letters, such as NL",
    BEFORE: "must be 1 to 60 days such as P1D, or hours or minutes such as PT2H or PT90M",
    CALENDAR: "must be a country or country-subdivision, such as NL or DE-BY",
}


def _visible(text: str) -> str:
    if not is_visible(text):
        raise PydanticCustomError("pattern", "{words}", {"words": RULES[TEXT]})
    return text


def _real_date(text: str) -> str:
    from datetime import date  # noqa: PLC0415

    try:
        date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError(
            "invalid_value", "must be a date that exists; {text} does not", {"text": text}
        ) from None
    return text


def _real_instant(text: str) -> str:
    from datetime import datetime  # noqa: PLC0415

    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError(
            "invalid_value", "must be a time that exists; {text} does not", {"text": text}
        ) from None
    return text


def _known_zone(name: str) -> str:
    zone = zone_named(name)
    if zone is None or not is_of_a_place(zone):
        raise PydanticCustomError(
            "invalid_value",
            "must be an IANA time zone such as Europe/Amsterdam, written exactly so; "
            "{name} is none",
            {"name": name},
        )
    return name


def _known_calendar(code: str) -> str:
    if not is_holiday_calendar(code):
        raise PydanticCustomError(
            "invalid_value",
            "must be a country or country-subdivision with a holiday calendar; {code} has none",
            {"code": code},
        )
    return code


def _event_type(text: str) -> str:
    if text not in _EVENT_TYPES:
        raise PydanticCustomError(
            "invalid_value",
            "must be one of {types}; {text} is none",
            {"types": ", ".join(_EVENT_TYPES), "text": text},
        )
    return text


_EVENT_TYPES = (EVERY_TYPE, *TYPES)
EventType = Annotated[
    str,
    AfterValidator(_event_type),
    WithJsonSchema({"type": "string", "enum": list(_EVENT_TYPES)}),
]
AccountName = Annotated[str, StringConstraints(pattern=ACCOUNT_NAME)]
Key = Annotated[str, StringConstraints(pattern=KEY)]
Locale = Annotated[str, StringConstraints(pattern=LOCALE)]
_Visible = AfterValidator(_visible)
Text = Annotated[str, StringConstraints(max_length=255, pattern=TEXT), _Visible]
LongText = Annotated[str, StringConstraints(max_length=1000, pattern=TEXT), _Visible]
Lines = Annotated[str, StringConstraints(max_length=2000, pattern=LINES), _Visible]
BeginTime = Annotated[str, StringConstraints(pattern=BEGIN_TIME)]
Before = Annotated[str, StringConstraints(pattern=BEFORE)]
EndTime = Annotated[str, StringConstraints(pattern=END_TIME)]
IsoDate = Annotated[str, StringConstraints(pattern=ISO_DATE), AfterValidator(_real_date)]
Instant = Annotated[str, StringConstraints(pattern=INSTANT), AfterValidator(_real_instant)]
TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_zone)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY)]
HolidayCalendar = Annotated[
    str, StringConstraints(pattern=CALENDAR), AfterValidator(_known_calendar)
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

Minutes = Annotated[int, Field(ge=0, le=1440)]
LongMinutes = Annotated[int, Field(ge=0, le=730 * 1440)]  # notice and cut-offs: up to two years
SortOrder = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]

# Tags of the two forms of a name; they appear in pydantic's error paths and are dropped there.
PLAIN_TAG, BY_LOCALE_TAG = "<plain>", "<by locale>"


def form_of(value: Any) -> str | None:
    """The tag of the form that a name has; None: it is neither."""
    if isinstance(value, str):
        return PLAIN_TAG
    return BY_LOCALE_TAG if isinstance(value, dict) else None


Localized = Annotated[
    Annotated[Text, Tag(PLAIN_TAG)]
    | Annotated[dict[Locale, Text], Field(min_length=1), Tag(BY_LOCALE_TAG)],
    Discriminator(form_of),
]
LocalizedLong = Annotated[
    Annotated[LongText, Tag(PLAIN_TAG)]
    | Annotated[dict[Locale, LongText], Field(min_length=1), Tag(BY_LOCALE_TAG)],
    Discriminator(form_of),
]
LocalizedLines = Annotated[
    Annotated[Lines, Tag(PLAIN_TAG)]
    | Annotated[dict[Locale, Lines], Field(min_length=1), Tag(BY_LOCALE_TAG)],
    Discriminator(form_of),
]
