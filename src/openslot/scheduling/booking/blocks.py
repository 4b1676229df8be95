"""Blocks: time that staff take from a resource, and the appointments that are in its way.

A block stands in every day sheet that it touches, so a booking and a listing find it where they
find everything else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY, Millis, Minute, instant_of_minute
from openslot.kernel.errors import Conflict, Fault, Invalid, NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import ADMIN_WRITE, APPOINTMENTS_MANAGE
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.claim import APPOINTMENT, BLOCK, Claim, booking_id, is_live
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.model.zones import wall_time
from openslot.scheduling.store import appointments as appointment_store
from openslot.scheduling.store import blocks as store
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

MAY_BLOCK = (ADMIN_WRITE, APPOINTMENTS_MANAGE)
MOST_DAYS = 366  # that staff may take at a time; interfaces check it
LONGEST_DAYS = 732  # of any block: an import reaches two years ahead
_SOON, _LATE = -(1 << 40), 1 << 40


class BookingsInTheWay(Conflict):
    """Appointments or live reservations stand there; `stranded` lists them. `force=true` does it.

    They stay anyway, and such appointments are listed with `stranded=true`.
    """

    code = "would_strand"
    title = "Appointments or reservations stand in this time"

    def __init__(self, ids: Iterable[str]) -> None:
        super().__init__("Add force=true to do it anyway", stranded=list(ids))


def block(
    tx: AccountTx,
    actor: Actor,
    resource_id: str,
    start: Minute,
    end: Minute,
    reason: str | None,
    idempotency_key: IdempotencyKey,
    *,
    force: bool,
    block_id: str | None = None,
) -> tuple[Block, list[str]]:
    """Takes a resource for `[start, end)`; returns it and the ids of the bookings in its way.

    `block_id` is an id that the caller derived, for a block that is to be found again.

    Raises:
        InsufficientScope: without any of `MAY_BLOCK`.
        Invalid: it ends before it begins, or is longer than `LONGEST_DAYS`.
        NotFound: there is no such resource.
        BookingsInTheWay: bookings stand there, and `force` was not asked for.
    """
    actor.require(*MAY_BLOCK)
    _check_span(start, end)
    resource = _resource(tx, resource_id)
    branch = current_catalogue(tx).branches_by_key[resource.branch_key]
    idempotency_key.replay(tx)
    made = Block(
        id=block_id or new_id(),
        branch_id=branch.id,
        resource_id=resource.id,
        start=start,
        end=end,
        reason=reason,
        created_at=tx.now,
        wall_start=wall_time(start, branch.zone),
        wall_end=wall_time(end, branch.zone),
        time_zone=branch.time_zone,
    )
    sheets = _sheets(tx, made)
    there = _bookings_in(sheets, made, tx.now)
    in_the_way = _in_the_way(tx, there, force=force)
    store.insert(tx, made)
    claims.add(tx, made, made.claim, sheets)
    _mark(tx, there)
    _record(tx, "block.created", actor, made, in_the_way)
    return made, in_the_way


def change(
    tx: AccountTx,
    actor: Actor,
    old: Block,
    start: Minute,
    end: Minute,
    reason: str | None,
    *,
    force: bool,
) -> tuple[Block, list[str]]:
    """Gives a block that was just read another time or reason; returns it and what is in its way.

    Bookings that it touched before are not named again; the mark of those that fit again goes.

    Raises:
        InsufficientScope: without any of `MAY_BLOCK`.
        Invalid: it ends before it begins, or is longer than `LONGEST_DAYS`.
        BookingsInTheWay: bookings stand where it did not, and `force` was not asked for.
    """
    actor.require(*MAY_BLOCK)
    _check_span(start, end)
    if (start, end, reason) == (old.start, old.end, old.reason):
        return old, []
    new = replace(old, reason=reason)
    if (start, end) != (old.start, old.end):  # else its wall times are still those of before
        new = new.at(start, end, current_catalogue(tx).branches[old.branch_id].zone)
    of_old = _sheets(tx, old)
    of_new = claims.sheets_of(tx, new, new.claim.days, of_old)
    touched = _bookings_in(of_old, old, tx.now)
    found = _bookings_in(of_new, new, tx.now)
    there = {id_: claim for id_, claim in found.items() if id_ not in touched}
    in_the_way = _in_the_way(tx, there, force=force)
    store.update(tx, new)
    if (old.start, old.end) != (new.start, new.end):
        left = claims.remove(tx, old, old.claim, of_old)
        claims.add(tx, new, new.claim, {**of_new, **left})
        _mark(tx, there)
        booking_conflicts.unmark_beside(tx, current_catalogue(tx), old.claim, left)
    _record(tx, "block.changed", actor, new, in_the_way)
    return new, in_the_way


def unblock(
    tx: AccountTx, actor: Actor, resource_id: str, block_id: str, idempotency_key: IdempotencyKey
) -> None:
    """Gives the time back; the mark of appointments that fit again goes.

    Raises:
        InsufficientScope: without any of `MAY_BLOCK`.
        NotFound: there is no such block of the resource.
    """
    actor.require(*MAY_BLOCK)
    gone = get(tx, resource_id, block_id)
    idempotency_key.replay(tx)
    store.delete(tx, gone.id)
    left = claims.remove(tx, gone, gone.claim, _sheets(tx, gone))
    booking_conflicts.unmark_beside(tx, current_catalogue(tx), gone.claim, left)
    _record(tx, "block.deleted", actor, gone, [])


def find(tx: AccountTx, block_id: str) -> Block:
    """One block, of whatever resource.

    Raises:
        NotFound: there is no such block.
    """
    found = store.by_id(tx, block_id)
    if found is None:
        raise NotFound("There is no such block")
    return found


def get(tx: AccountTx, resource_id: str, block_id: str) -> Block:
    """One block of a resource.

    Raises:
        NotFound: there is no such resource, or no such block of it.
    """
    resource = _resource(tx, resource_id)
    found = store.by_id(tx, block_id)
    if found is None or found.resource_id != resource.id:
        raise NotFound("There is no such block")
    return found


def listed(
    tx: AccountTx,
    resource_id: str,
    first: Minute | None,
    last: Minute | None,
    after: tuple[Minute, str] | None,
    limit: int,
) -> list[Block]:
    """The next blocks of a resource by start and id that touch `[first, last)`.

    Raises:
        NotFound: there is no such resource.
    """
    resource = _resource(tx, resource_id)
    since, until = _SOON if first is None else first, _LATE if last is None else last
    longest = LONGEST_DAYS * MINUTES_PER_DAY
    return store.of_resource(tx, resource.id, since, until, longest, after, limit)


def _resource(tx: AccountTx, resource_id: str) -> Resource:
    """A resource of the account, active or not: an inactive one still has its blocks."""
    resource = current_catalogue(tx).resources.get(resource_id)
    if resource is None:
        raise NotFound("There is no such resource")
    return resource


def _check_span(start: Minute, end: Minute) -> None:
    if end <= start:
        raise Invalid(Fault("end", "invalid_value", "must be later than startTime"))
    if end - start > LONGEST_DAYS * MINUTES_PER_DAY:
        raise Invalid(Fault("end", "out_of_range", f"must be within {LONGEST_DAYS} days"))


def _sheets(tx: AccountTx, block: Block) -> Sheets:
    return claims.sheets_of(tx, block, block.claim.days)


def _bookings_in(sheets: Sheets, block: Block, now: Millis) -> dict[str, Claim]:
    """The live claims of appointments and reservations that a block touches, by id."""
    return {
        booking_id(claim.id): claim
        for day in block.claim.days
        if (sheet := sheets.get((block.resource_id, day))) is not None
        for claim in sheet.claims
        if claim.kind != BLOCK and is_live(claim, now) and claim.touches(block.start, block.end)
    }


def _in_the_way(tx: AccountTx, there: Mapping[str, Claim], *, force: bool) -> list[str]:
    """The ids of the bookings in a block's way: reservations, and appointments not over yet.

    Raises:
        BookingsInTheWay: there are some, and `force` was not asked for.
    """
    reservations = {id_ for id_, claim in there.items() if claim.kind != APPOINTMENT}
    appointments = booking_conflicts.not_over(tx, there.keys())
    ids = sorted({*reservations, *(a.id for a in appointments)})
    if ids and not force:
        raise BookingsInTheWay(ids)
    return ids


def _mark(tx: AccountTx, there: Mapping[str, Claim]) -> None:
    appointments = booking_conflicts.not_over(tx, there.keys())
    if appointments:
        appointment_store.set_conflicted(tx, [a.id for a in appointments], conflicted=True)


def _record(
    tx: AccountTx, event_type: str, actor: Actor, block: Block, in_the_way: Sequence[str]
) -> None:
    """Writes the audit trail; a reason may name somebody, so it stays out."""
    audit.record(
        tx,
        event_type,
        actor,
        blockId=block.id,
        resourceId=block.resource_id,
        startTime=instant_of_minute(block.start).isoformat(),
        endTime=instant_of_minute(block.end).isoformat(),
        stranded=len(in_the_way),
    )
