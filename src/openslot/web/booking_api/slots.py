"""Dates and time slots."""

from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from openslot.kernel.clock import Minute
from openslot.scheduling.model.zones import day_bounds, local_date
from openslot.scheduling.views import bookable_starts, listings
from openslot.scheduling.views.bookable_starts import StartsSource
from openslot.scheduling.views.listings import SlotListingQuery, Snapshot
from openslot.storage.action import Steps
from openslot.storage.transactions import AccountTx
from openslot.web.api.slot_listings import slot_listing
from openslot.web.api.times import minute_texts
from openslot.web.http.response import JSON, Response, etag_of
from openslot.web.http.route import Call, Handled


def read_service(call: Call) -> SlotListingQuery:
    """A listing of one service."""
    return _read(call, (call.path_id("serviceId"),))


def read_combination(call: Call) -> SlotListingQuery:
    """A listing of several services, one after the other."""
    return _read(call, call.query.serviceIds)


def _read(call: Call, service_ids: tuple[str, ...]) -> SlotListingQuery:
    query: Any = call.query
    include = getattr(query, "include", ())
    return SlotListingQuery(
        branch_id=call.path_id("branchId"),
        service_ids=service_ids,
        party=query.numberOfReservations,
        first=query.from_,
        last=query.to,
        resource_id=query.requestedResourceId,
        rescheduled_appointment_id=query.rescheduledAppointmentId,
        reservation_id=query.reservationId,
        limit=query.limit,
        unavailable="unavailable" in include,
        remaining="remaining" in include,
    )


def slots(tx: AccountTx, _: Call, taken: Snapshot) -> Handled:
    """The slots of a range."""
    return _listing(tx, taken, _slots_body)


def dates(tx: AccountTx, _: Call, taken: Snapshot) -> Handled:
    """The dates of a range that have a slot."""
    return _listing(tx, taken, _dates_body)


def _listing(
    tx: AccountTx, taken: Snapshot, render: Callable[[StartsSource], Steps[bytes]]
) -> Handled:
    def rendered(source: StartsSource) -> Steps[Response]:
        body = yield from render(source)
        return Response(200, body, {"Content-Type": JSON, "ETag": etag_of(body)})

    return slot_listing(tx, taken, render, rendered)


def _slots_body(source: StartsSource) -> Steps[bytes]:
    taken = source.taken
    zone = taken.query.branch.zone
    duration = taken.query.policy.duration_minutes
    if taken.listing.is_detailed:
        slots = yield from listings.slots(taken, source.sheets)
        starts = minute_texts([slot.start for slot in slots], zone)
        ends = minute_texts([slot.end for slot in slots], zone)
        yield
        detailed = []
        for slot, start, end in zip(slots, starts, ends, strict=True):
            members: dict[str, Any] = {"startTime": start, "endTime": end}
            members["available"] = slot.reason is None
            if slot.reason is not None:
                members["reason"] = slot.reason
            if slot.remaining is not None:
                members["remaining"] = slot.remaining
            detailed.append(members)
        return to_json(detailed)
    bookable = (yield from bookable_starts.bookable_starts(source))[: taken.listing.limit]
    parts: list[str] = []
    at = 0
    while at < len(bookable):
        midnight = day_bounds(local_date(bookable[at], zone), zone)[1]
        until = bisect_left(bookable, midnight, at + 1)
        parts.append(_slots_text(tuple(bookable[at:until]), duration, zone))
        at = until
        yield
    return f"[{','.join(parts)}]".encode()


# Of most dates a listing shows what another has shown before.
@lru_cache(maxsize=2_000)
def _slots_text(starts: tuple[Minute, ...], duration: int, zone: ZoneInfo) -> str:
    """The slots of some starts, separated by commas."""
    ends = [start + duration for start in starts]
    return ",".join(
        f'{{"startTime":"{start}","endTime":"{end}"}}'
        for start, end in zip(minute_texts(starts, zone), minute_texts(ends, zone), strict=True)
    )


def _dates_body(source: StartsSource) -> Steps[bytes]:
    dates = yield from bookable_starts.dates(source)
    return to_json([day.isoformat() for day in dates])
