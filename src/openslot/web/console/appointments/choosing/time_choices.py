"""The times that a form of staff offers, and the one that was chosen there."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from pydantic_core import PydanticCustomError

from openslot.kernel.clock import Minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.views import free_starts
from openslot.storage.transactions import AccountTx
from openslot.web.api.times import minute_text
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.local_times import typed_time
from openslot.web.http.request_parsing import read_instant
from openslot.web.page_kit.field_pairs import FieldPairs

START, OTHER_TIME, DURATION = "startTime", "otherTime", "durationMinutes"
OFFERED = 3  # times, where the date has none or the wished one is refused
_MOST_MINUTES = 1440


def offered_starts(tx: AccountTx, query: SlotQuery, day: date) -> Sequence[Minute]:
    """The free starts of a date; where it has none, the next ones."""
    on_day = free_starts.of_date(tx, query, day)
    return on_day or free_starts.next_after(tx, query, day, OFFERED)


def start_options(
    request: ConsoleRequest, zone: ZoneInfo, starts: Sequence[Minute]
) -> list[tuple[str, str]]:
    """Radio buttons: the value of each start, and its words."""
    return [
        (minute_text(start, zone), request.formats.day_and_time(start, zone)) for start in starts
    ]


def chosen_start(sent: FieldPairs, zone: ZoneInfo) -> Minute:
    """The other time that was typed, else the time that was chosen.

    Raises:
        Invalid: neither, or it is no time.
    """
    other = typed_time(sent, OTHER_TIME, zone)
    if other is not None:
        return other
    start = sent_start(sent)
    if start is None:
        raise Invalid(Fault(START, "required", "names the start"))
    return start


def sent_start(sent: FieldPairs) -> Minute | None:
    """The time that is named by the offset that it has; None: none is.

    Raises:
        Invalid: it is no time.
    """
    text = sent.one(START)
    if not text:
        return None
    try:
        return read_instant(text)
    except PydanticCustomError:
        detail = "must be a time such as 2027-01-04T09:00+01:00"
        raise Invalid(Fault(START, "invalid_time", detail)) from None


def sent_minutes(sent: FieldPairs) -> int | None:
    """The length that was typed; None: none was.

    Raises:
        Invalid: it is no whole number from 1 to 1440.
    """
    text = sent.one(DURATION).strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text)):
        raise Invalid(Fault(DURATION, "out_of_range", "must be a whole number from 1 to 1440"))
    minutes = int(text)
    if minutes > _MOST_MINUTES:
        raise Invalid(Fault(DURATION, "out_of_range", "must be a whole number from 1 to 1440"))
    return minutes


def with_start(sent: FieldPairs, zone: ZoneInfo, start: Minute) -> FieldPairs:
    """What was sent, with another choice of time."""
    rest = [pair for pair in sent.pairs if pair[0] not in (START, OTHER_TIME)]
    return FieldPairs([*rest, (START, minute_text(start, zone))])


def nearest_to(starts: Sequence[Minute], wished: Minute) -> Minute:
    """The start nearest to a wished one."""
    return min(starts, key=lambda start: abs(start - wished))
