"""GET of dates and time slots, from memory while neither sheets nor time have changed them."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from openslot.kernel.clock import Millis
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.views import listings
from openslot.scheduling.views.listings import SlotListingQuery, Snapshot
from openslot.storage.transactions import AccountTx
from openslot.storage.version_cache import VersionCache
from openslot.web.api.times import minute_texts
from openslot.web.http.response import JSON, Response, etag_of
from openslot.web.http.route import Call, Handled

Rendered = Generator[None, None, bytes]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A listing's body, and the time in which it holds."""

    since: Millis
    until: Millis
    response: Response


def list_slots(tx: AccountTx, call: Call) -> Handled:
    """The slots of one service at one branch."""
    return _listing(tx, call, _asked(call, (call.path_id("serviceId"),)), _slots_body)


def list_combination_slots(tx: AccountTx, call: Call) -> Handled:
    """The slots of several services, one after the other."""
    return _listing(tx, call, _asked(call, call.query.serviceIds), _slots_body)


def list_dates(tx: AccountTx, call: Call) -> Handled:
    """The dates of one service at one branch that have a slot."""
    return _listing(tx, call, _asked(call, (call.path_id("serviceId"),)), _dates_body)


def _asked(call: Call, service_ids: tuple[str, ...]) -> SlotListingQuery:
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


def _listing(
    tx: AccountTx,
    call: Call,
    asked: SlotListingQuery,
    render: Callable[[Snapshot, Sheets], Rendered],
) -> Handled:
    taken = listings.snapshot(tx, call.actor, asked)
    key = (tx.account.id, "listing", render, asked)
    kept = tx.version_cache.find(key, taken.version)
    if isinstance(kept, _Kept) and kept.since <= taken.now < kept.until:
        return kept.response
    sheets = listings.read_sheets(tx, taken)
    return _rendered(tx.version_cache, key, taken, sheets, render)


def _rendered(
    version_cache: VersionCache,
    key: tuple[Any, ...],
    taken: Snapshot,
    sheets: Sheets,
    render: Callable[[Snapshot, Sheets], Rendered],
) -> Generator[None, None, Response]:
    body = yield from render(taken, sheets)
    response = Response(200, body, {"Content-Type": JSON, "ETag": etag_of(body)})
    yield
    kept = _Kept(taken.now, listings.holds_until(taken, sheets), response)
    version_cache.put(key, taken.version, kept, _AROUND_BODY + len(body))
    return response


def _slots_body(taken: Snapshot, sheets: Sheets) -> Rendered:
    asked, zone = taken.asked, taken.query.branch.zone
    duration = taken.query.policy.duration_minutes
    if asked.unavailable or asked.remaining:
        slots = yield from listings.slots(taken, sheets)
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
    bookable = (yield from listings.bookable_starts(taken, sheets))[: asked.limit]
    parts: list[str] = []
    for at in range(0, len(bookable), _SLICE):
        slice_ = bookable[at : at + _SLICE]
        starts = minute_texts(slice_, zone)
        ends = minute_texts([start + duration for start in slice_], zone)
        parts.extend(
            f'{{"startTime":"{start}","endTime":"{end}"}}'
            for start, end in zip(starts, ends, strict=True)
        )
        yield
    return f"[{','.join(parts)}]".encode()


_AROUND_BODY = 1000  # bytes of memory beside the body
_SLICE = 250  # slots between two pauses: about 0.2 ms


def _dates_body(taken: Snapshot, sheets: Sheets) -> Rendered:
    dates = yield from listings.dates(taken, sheets)
    return to_json([day.isoformat() for day in dates])
