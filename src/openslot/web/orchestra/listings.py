"""Dates that have a time, and the times of a date."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from pydantic_core import to_json

from openslot.identity.model.api_key import TOTAL
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.views import bookable_starts
from openslot.scheduling.views.bookable_starts import StartsSource
from openslot.scheduling.views.listings import SlotListingQuery, Snapshot
from openslot.storage.action import Steps
from openslot.storage.transactions import AccountTx
from openslot.web.api.slot_listings import slot_listing
from openslot.web.api.times import minute_texts
from openslot.web.http.request_parsing import FIRST_YEAR, LAST_YEAR
from openslot.web.http.response import Response
from openslot.web.http.route import Call, Handled
from openslot.web.orchestra.matrix_parameters import UnreadablePath
from openslot.web.orchestra.shapes import NO_STORE, notified

_MOST_PARTY = 100_000  # far above any service's maximum, which is the limit that counts
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(T00:00:00)?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_AFTER_DATE = "T00:00:00"


def read_dates(call: Call) -> SlotListingQuery:
    """A9, A11: a branch and services, from today on.

    Raises:
        UnreadablePath: a parameter cannot be read.
        Invalid: no service is named.
    """
    return SlotListingQuery(call.path_id("branch"), service_ids(call), party_of(call))


def read_times(call: Call) -> SlotListingQuery:
    """A10, A12: the same of a date.

    Raises:
        UnreadablePath: a parameter or the date cannot be read.
        Invalid: no service is named.
    """
    day = date_of(call)
    services = service_ids(call)
    # No date beyond is bookable, and none before.
    day = min(max(day, date(FIRST_YEAR, 1, 1)), date(LAST_YEAR, 12, 31))
    last = day + timedelta(days=1)
    return SlotListingQuery(call.path_id("branch"), services, party_of(call), day, last)


def dates(tx: AccountTx, call: Call, taken: Snapshot) -> Handled:
    """The dates from today to the horizon that have a time."""
    return _listing(tx, call, taken, "dates", _dates)


def times(tx: AccountTx, call: Call, taken: Snapshot) -> Handled:
    """The times of a date."""
    return _listing(tx, call, taken, "times", _times)


def service_ids(call: Call) -> tuple[str, ...]:
    """The services that a path names, as a segment or as parameters.

    Raises:
        UnreadablePath: too many.
        Invalid: none.
    """
    if "service" in call.path:
        return (call.path_id("service"),)
    found = call.query.path.service_ids
    if not found:
        raise Invalid(Fault("/servicePublicId", "required", "must name a service"))
    return tuple(dict.fromkeys(service_id.lower() for service_id in found))


def party_of(call: Call) -> int:
    """How many people come, by what the API key counts.

    Raises:
        UnreadablePath: the number cannot be read, or nobody comes.
    """
    number: int | None = call.query.path.number_of_customers
    if number is None:
        return 1
    if call.query.api_key.content.party_counting != TOTAL:
        number += 1  # those beside the first were counted
    if number < 1:
        raise UnreadablePath("numberOfCustomers must be at least 1")
    return min(number, _MOST_PARTY)


def date_of(call: Call) -> date:
    """The date of a path.

    Raises:
        UnreadablePath: it is none of the calendar.
    """
    found = _DATE.fullmatch(call.path["date"])
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise UnreadablePath("The date in the path must be one such as 2027-01-12") from None


def minutes_of(call: Call) -> int:
    """The time of a path, in minutes after midnight.

    Raises:
        UnreadablePath: it is none of a clock.
    """
    found = _TIME.fullmatch(call.path["time"])
    if found is None:
        raise UnreadablePath("The time in the path must be one such as 09:00")
    return int(found[1]) * 60 + int(found[2])


Listed = Callable[[StartsSource], Steps[list[str]]]


def _listing(tx: AccountTx, call: Call, taken: Snapshot, name: str, listed: Listed) -> Handled:
    arguments = call.query.path.arguments

    def render(source: StartsSource) -> Steps[Response]:
        found = yield from listed(source)
        body = to_json({name: found, **notified(len(found), arguments)})
        return Response(200, body, NO_STORE)

    shown_as = (listed, *arguments.items())
    return slot_listing(tx, taken, shown_as, render)


def _dates(source: StartsSource) -> Steps[list[str]]:
    found = yield from bookable_starts.dates_of_times(source)
    return [day.isoformat() + _AFTER_DATE for day in found]


def _times(source: StartsSource) -> Steps[list[str]]:
    found = yield from bookable_starts.bookable_times(source)
    return [text[11:16] for text in minute_texts(found, source.taken.query.branch.zone)]
