"""Blocks: time that staff take from a resource, and the appointments that it strands.

A block stands in every day sheet that it touches, so a booking and a listing find it where they
find everything else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute
from openslot.kernel.errors import Conflict, Fault, Invalid, NotFound
from openslot.kernel.ids import new_id
from openslot.scheduling.availability.slot_query import Sheets
from openslot.scheduling.booking import claims
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.conflicts import booking_conflicts
from openslot.scheduling.conflicts.placement_check import text
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.catalogue import Resource
from openslot.scheduling.model.day_sheet import APPOINTMENT, BLOCK, Claim, claim_id
from openslot.scheduling.store import appointments as appointment_store
from openslot.scheduling.store import blocks as store
from openslot.scheduling.store import day_sheets as sheet_store
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

ADMIN_WRITE = "openslot/admin.write"
MOST_DAYS = 366
_SOON, _LATE = -(1 << 40), 1 << 40


class WouldStrand(Conflict):
    """Appointments or live reservations stand there; `stranded` lists them. `force=true` does it.

    They are kept all the same, and such appointments are listed with `stranded=true`.
    """

    code = "would_strand"
    title = "Appointments or reservations stand in this time"

    def __init__(self, stranded: Iterable[str]) -> None:
        super().__init__("Add force=true to do it all the same", stranded=list(stranded))


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
    """Takes a resource for `[start, end)`; returns the block and the ids of what it strands.

    `block_id` is an id that the caller derived, for a block that is to be found again.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
        Invalid: it ends before it begins, or is longer than 366 days.
        NotFound: there is no such resource.
        WouldStrand: bookings stand there, and `force` was not asked for.
    """
    actor.require(ADMIN_WRITE)
    _check_span(start, end)
    resource = _resource(tx, resource_id)
    branch_id = current_catalogue(tx).branches_by_key[resource.branch_key].id
    idempotency_key.replay(tx)
    made = Block(block_id or new_id(), branch_id, resource.id, start, end, reason, tx.now)
    there = _bookings_in(tx, made)
    stranded = _stranded(tx, there, force=force)
    store.insert(tx, made)
    _put(tx, made)
    _mark(tx, there)
    _record(tx, "block.created", actor, made, stranded)
    return made, stranded


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
    """Makes a block that was just read another time or reason; returns it and whom it now strands.

    Whom it touched before is not told again; who fits again is no longer stranded.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
        Invalid: it ends before it begins, or is longer than 366 days.
        WouldStrand: bookings stand where it did not, and `force` was not asked for.
    """
    actor.require(ADMIN_WRITE)
    _check_span(start, end)
    new = replace(old, start=start, end=end, reason=reason)
    if new == old:
        return old, []
    touched = _bookings_in(tx, old)
    there = {id_: claim for id_, claim in _bookings_in(tx, new).items() if id_ not in touched}
    stranded = _stranded(tx, there, force=force)
    store.update(tx, new)
    if (old.start, old.end) != (new.start, new.end):
        left = claims.remove(tx, old.branch_id, [old.resource_id], _claim(old))
        _put(tx, new)
        _mark(tx, there)
        booking_conflicts.given_back(tx, _claim(old), left)
    _record(tx, "block.changed", actor, new, stranded)
    return new, stranded


def unblock(
    tx: AccountTx, actor: Actor, resource_id: str, block_id: str, idempotency_key: IdempotencyKey
) -> None:
    """Gives the time back; appointments that fit again are no longer stranded.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
        NotFound: there is no such block of the resource.
    """
    actor.require(ADMIN_WRITE)
    gone = get(tx, resource_id, block_id)
    idempotency_key.replay(tx)
    store.delete(tx, gone.id)
    left = claims.remove(tx, gone.branch_id, [gone.resource_id], _claim(gone))
    booking_conflicts.given_back(tx, _claim(gone), left)
    _record(tx, "block.deleted", actor, gone, [])


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
    longest = MOST_DAYS * MINUTES_PER_DAY
    return store.of_resource(tx, resource.id, since, until, longest, after, limit)


def _resource(tx: AccountTx, resource_id: str) -> Resource:
    """A resource of the account, active or not: an inactive one still has its blocks."""
    resource = current_catalogue(tx).resources.get(resource_id)
    if resource is None:
        raise NotFound("There is no such resource")
    return resource


def _check_span(start: Minute, end: Minute) -> None:
    if end <= start:
        raise Invalid(Fault("end", "invalid_value", "has to be later than startTime"))
    if end - start > MOST_DAYS * MINUTES_PER_DAY:
        raise Invalid(Fault("end", "out_of_range", f"has to be within {MOST_DAYS} days"))


def _claim(block: Block) -> Claim:
    return Claim(block.start, block.end, 0, 0, 1, BLOCK, claim_id(block.id))


def _sheets(tx: AccountTx, block: Block) -> Sheets:
    days = _claim(block).days
    return sheet_store.of_resources(tx, block.branch_id, [block.resource_id], days[0], days[-1])


def _put(tx: AccountTx, block: Block) -> None:
    claims.add(tx, block.branch_id, [block.resource_id], _claim(block), _sheets(tx, block))


def _bookings_in(tx: AccountTx, block: Block) -> dict[str, Claim]:
    """The live claims of appointments and reservations that a block touches, by id."""
    return {
        text(claim.id): claim
        for sheet in _sheets(tx, block).values()
        for claim in sheet.claims
        if claim.kind != BLOCK
        and (not claim.expires_at or tx.now < claim.expires_at)
        and claim.start - claim.before < block.end
        and block.start < claim.end + claim.after
    }


def _stranded(tx: AccountTx, there: Mapping[str, Claim], *, force: bool) -> list[str]:
    """The ids of the bookings that a block strands.

    Raises:
        WouldStrand: there are some, and `force` was not asked for.
    """
    reservations = {id_ for id_, claim in there.items() if claim.kind != APPOINTMENT}
    stranded = sorted(
        {*reservations, *(a.id for a in booking_conflicts.not_over(tx, there.keys()))}
    )
    if stranded and not force:
        raise WouldStrand(stranded)
    return stranded


def _mark(tx: AccountTx, there: Mapping[str, Claim]) -> None:
    appointments = booking_conflicts.not_over(tx, there.keys())
    if appointments:
        appointment_store.set_stranded(tx, [a.id for a in appointments], stranded=True)


def _record(
    tx: AccountTx, event_type: str, actor: Actor, block: Block, stranded: Sequence[str]
) -> None:
    """Tells the audit trail; a reason may name somebody, so it stays out."""
    audit.record(
        tx,
        event_type,
        actor,
        blockId=block.id,
        resourceId=block.resource_id,
        startTime=instant_of_minute(block.start).isoformat(),
        endTime=instant_of_minute(block.end).isoformat(),
        stranded=len(stranded),
    )
