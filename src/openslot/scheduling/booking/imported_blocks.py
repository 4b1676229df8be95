"""Blocks that come from calendars: made, changed and found again by the event that they are of."""

from collections.abc import Sequence
from contextlib import suppress

from openslot.kernel.actor import Actor
from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.scheduling.booking import blocks
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.block import Block, BlockOrigin, ImportedBlock
from openslot.scheduling.store import blocks as store
from openslot.storage.transactions import AccountTx


def of_resource(tx: AccountTx, resource_id: str) -> list[ImportedBlock]:
    """All blocks of a resource by start, those that are over and those of people too."""
    return store.with_origins(tx, resource_id)


def put(
    tx: AccountTx,
    actor: Actor,
    resource_id: str,
    block_id: str,
    span: tuple[Minute, Minute],
    reason: str | None,
    origin: BlockOrigin,
) -> tuple[Block | None, Sequence[str]]:
    """Makes a block that is to be found again, or gives it another time or reason.

    Returns how the block was before, if it was there, and the ids of bookings that are newly in
    its way.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
        NotFound: there is no such resource.
        Invalid: it is longer than a block may be.
    """
    start, end = span
    before = _found(tx, resource_id, block_id)
    if before is None:
        _, in_the_way = blocks.block(
            tx, actor, resource_id, start, end, reason, NO_KEY, force=True, block_id=block_id
        )
    else:
        _, in_the_way = blocks.change(tx, actor, before, start, end, reason, force=True)
    store.set_origin(tx, block_id, origin)
    return before, in_the_way


def remove(tx: AccountTx, actor: Actor, resource_id: str, block_id: str) -> bool:
    """Gives back the time of a block; returns whether it was still there.

    Raises:
        InsufficientScope: without `openslot/admin.write`.
    """
    if _found(tx, resource_id, block_id) is None:
        return False
    blocks.unblock(tx, actor, resource_id, block_id, NO_KEY)
    return True


def _found(tx: AccountTx, resource_id: str, block_id: str) -> Block | None:
    with suppress(NotFound):
        return blocks.get(tx, resource_id, block_id)
    return None
