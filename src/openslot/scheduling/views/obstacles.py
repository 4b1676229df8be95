"""What stands in the way of a booking: the appointments, blocks and holds of its time."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.kernel.clock import Minute
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.availability.windows import StartWindow
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.claim import (
    APPOINTMENT,
    BLOCK,
    Claim,
    booking_id,
    is_live,
)
from openslot.scheduling.store import appointments, blocks, day_sheets
from openslot.storage.transactions import AccountTx

_MOST = 10  # are named: who wants more looks at the calendar


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What takes a resource at a wished time; with neither of both, somebody is booking it."""

    start: Minute
    end: Minute
    appointment: Appointment | None = None
    block: Block | None = None


def obstacles(tx: AccountTx, query: SlotQuery, start: Minute) -> Sequence[Obstacle]:
    """What takes those resources that have no room at a start, each once, by start; the first 10.

    Buffers count: what only ends too shortly before is in the way too.
    """
    days = query.days(start, start + 1)
    ids = query.resource_ids
    sheets = day_sheets.of_resources(tx, query.branch.id, ids, days[0], days[-1])
    window = StartWindow(query, sheets, tx.now, start, start + 1)
    first = start - query.policy.before_minutes
    last = first + query.policy.reach_minutes
    claims = {
        claim
        for resource in query.resources
        if window.full(resource)
        for day in days
        if (sheet := sheets.get((resource.id, day))) is not None
        for claim in sheet.claims
        if claim.touches(first, last) and is_live(claim, tx.now) and claim.id != query.replaces
    }
    return _obstacles(tx, sorted(claims)[:_MOST])


def _obstacles(tx: AccountTx, claims: Sequence[Claim]) -> Sequence[Obstacle]:
    ids = {kind: [booking_id(c.id) for c in claims if c.kind == kind] for kind in _KINDS}
    booked = {one.id: one for one in appointments.by_ids(tx, ids[APPOINTMENT])}
    blocked = {one.id: one for one in blocks.by_ids(tx, ids[BLOCK])}
    return [
        Obstacle(
            claim.start,
            claim.end,
            booked.get(booking_id(claim.id)),
            blocked.get(booking_id(claim.id)),
        )
        for claim in claims
    ]


_KINDS = (APPOINTMENT, BLOCK)
