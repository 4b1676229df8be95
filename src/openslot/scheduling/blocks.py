"""Blocks: time that staff take from a resource, and the appointments that it strands.

A block stands in every day sheet that it touches, so a booking and a listing find it where they
find everything else.
"""

from collections.abc import Iterable
from uuid import UUID

from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTES_PER_DAY, Millis, Minute
from openslot.kernel.errors import Conflict, Fault, Invalid, NotFound
from openslot.kernel.ids import new_id
from openslot.scheduling import catalogue, claims
from openslot.scheduling.catalogue import Resource
from openslot.scheduling.day_sheets import APPOINTMENT, BLOCK, Claim, claim_id
from openslot.scheduling.fitting import fitting
from openslot.scheduling.idempotency import Once
from openslot.scheduling.questions import Sheets
from openslot.scheduling.store import appointments as appointment_store
from openslot.scheduling.store import blocks as store
from openslot.scheduling.store import sheets as sheet_store
from openslot.scheduling.store.appointments import ARRIVED, CONFIRMED, IN_SERVICE, Appointment
from openslot.scheduling.store.blocks import Block
from openslot.storage.database import AccountTx

ADMIN_WRITE = "openslot/admin.write"
MOST_DAYS = 366

# A visit that is over, or that nobody came to, cannot be stranded any more.
_STILL_TO_COME = (CONFIRMED, ARRIVED, IN_SERVICE)
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
    once: Once,
    *,
    force: bool,
) -> tuple[Block, list[str]]:
    """Takes a resource for `[start, end)`; returns the block and the ids of what it strands.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
        Invalid: it ends before it begins, or is longer than 366 days.
        NotFound: there is no such resource.
        WouldStrand: bookings stand there, and `force` was not asked for.
    """
    actor.require(ADMIN_WRITE)
    if end <= start:
        raise Invalid(Fault("/endTime", "invalid_value", "has to be later than startTime"))
    if end - start > MOST_DAYS * MINUTES_PER_DAY:
        raise Invalid(Fault("/endTime", "out_of_range", f"has to be within {MOST_DAYS} days"))
    resource = _resource(tx, resource_id)
    branch_id = catalogue.current(tx).branches_by_key[resource.branch_key].id
    once.replay(tx)
    made = Block(new_id(), branch_id, resource.id, start, end, reason, tx.now)
    claim = _claim(made)
    sheets = sheet_store.of_resources(tx, branch_id, [resource.id], claim.days[0], claim.days[-1])
    there = _bookings_in(sheets, made, tx.now)
    appointments = _appointments(tx, there)
    reservations = {id_ for id_, claimed in there.items() if claimed.kind != APPOINTMENT}
    stranded = sorted({*reservations, *(appointment.id for appointment in appointments)})
    if stranded and not force:
        raise WouldStrand(stranded)
    store.insert(tx, made)
    claims.add(tx, branch_id, [resource.id], claim, sheets)
    if appointments:
        appointment_store.set_stranded(tx, [a.id for a in appointments], stranded=True)
    return made, stranded


def unblock(tx: AccountTx, actor: Actor, resource_id: str, block_id: str, once: Once) -> None:
    """Gives the time back; appointments that fit again are no longer stranded.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
        NotFound: there is no such block of the resource.
    """
    actor.require(ADMIN_WRITE)
    gone = get(tx, resource_id, block_id)
    once.replay(tx)
    store.delete(tx, gone.id)
    claim = _claim(gone)
    days = claim.days
    sheets = sheet_store.of_resources(tx, gone.branch_id, [gone.resource_id], days[0], days[-1])
    for sheet in sheets.values():
        left = sheet.without_claim(claim.id, tx.now)
        sheet_store.put(tx, gone.branch_id, gone.resource_id, left)
    stranded = [a for a in _appointments(tx, _bookings_in(sheets, gone, tx.now)) if a.stranded]
    if stranded:
        again = fitting(tx, gone.branch_id, stranded)
        appointment_store.set_stranded(tx, again, stranded=False)


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
    resource = catalogue.current(tx).resources.get(resource_id)
    if resource is None:
        raise NotFound("There is no such resource")
    return resource


def _claim(block: Block) -> Claim:
    return Claim(block.start, block.end, 0, 0, 1, BLOCK, claim_id(block.id))


def _bookings_in(sheets: Sheets, block: Block, now: Millis) -> dict[str, Claim]:
    """The live claims of appointments and reservations that a block touches, by id."""
    return {
        _text(claim.id): claim
        for sheet in sheets.values()
        for claim in sheet.claims
        if claim.kind != BLOCK
        and (not claim.expires_at or now < claim.expires_at)
        and claim.start - claim.before < block.end
        and block.start < claim.end + claim.after
    }


def _appointments(tx: AccountTx, claimed: dict[str, Claim]) -> list[Appointment]:
    ids = [id_ for id_, claim in claimed.items() if claim.kind == APPOINTMENT]
    found = appointment_store.by_ids(tx, ids) if ids else []
    return [appointment for appointment in found if appointment.status in _STILL_TO_COME]


def _text(claim: bytes) -> str:
    return str(UUID(bytes=claim))
