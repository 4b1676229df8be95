"""What can be done with the blocks of a resource."""

from dataclasses import dataclass

from openslot.kernel.actor import STAFF, Actor
from openslot.kernel.changes import Change
from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import ADMIN_READ, APPOINTMENTS_MANAGE
from openslot.scheduling.booking import absences, blocks
from openslot.scheduling.booking.absences import Absence, AbsenceOutcome
from openslot.scheduling.booking.idempotency import NO_KEY, IdempotencyKey
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.block import Block
from openslot.storage.action import Action, Runs
from openslot.storage.collection import ItemPlace, Listing, Write, Written, collection_actions
from openslot.storage.transactions import AccountTx


@dataclass(frozen=True, slots=True)
class AbsenceEntry:
    """An absence, and whether those whom it moves are told."""

    absence: Absence
    idempotency_key: IdempotencyKey
    notifies: bool


@dataclass(frozen=True, slots=True)
class BlockContent:
    """The time to take from a resource, and why."""

    start: Minute
    end: Minute
    reason: str | None


class Blocks:
    """The blocks of one resource. Their content is a `BlockContent`.

    `force` blocks over bookings too; otherwise they are an error.
    """

    def page(self, tx: AccountTx, listing: Listing) -> Page[Block]:
        """Blocks by start that touch the filters' time from `from_` to `to`. Raises NotFound."""
        first, last = listing.filters.get("from_"), listing.filters.get("to")
        resource_id, after = listing.owner_id, listing.after
        return read_page(
            listing.limit, lambda most: blocks.listed(tx, resource_id, first, last, after, most)
        )

    def find(self, tx: AccountTx, place: ItemPlace) -> Block:
        """One of them. Raises NotFound."""
        return blocks.get(tx, place.owner_id, place.item_id)

    def create(self, tx: AccountTx, actor: Actor, write: Write[Block]) -> Written[Block]:
        """Takes the time. Raises NotFound, Invalid and what bookings in the way raise."""
        resource_id = write.place.owner_id
        if resource_id not in current_catalogue(tx).resources:
            raise NotFound("There is no such resource")
        write.replay(tx)
        content: BlockContent = write.content(tx, None)
        start, end, reason = content.start, content.end, content.reason
        made, in_the_way = blocks.block(
            tx, actor, resource_id, start, end, reason, NO_KEY, force=write.force
        )
        return Written(made, (_changed(tx, made, "created"),), in_the_way)

    def change(
        self, tx: AccountTx, actor: Actor, item: Block, write: Write[Block]
    ) -> Written[Block]:
        """Gives a block another time or reason. Raises as `create`."""
        content: BlockContent = write.content(tx, item)
        start, end, reason = content.start, content.end, content.reason
        changed, in_the_way = blocks.change(tx, actor, item, start, end, reason, force=write.force)
        changes = () if changed == item else (_changed(tx, item, "changed"),)
        return Written(changed, changes, in_the_way)

    def delete(self, tx: AccountTx, actor: Actor, item: Block, _: Write[Block]) -> Written[Block]:
        """Gives the time back."""
        blocks.unblock(tx, actor, item.resource_id, item.id, NO_KEY)
        return Written(item, (_changed(tx, item, "deleted"),))


def _changed(tx: AccountTx, block: Block, action: str) -> Change:
    """A block has no key of its own; its resource's says where it is."""
    return Change("block", current_catalogue(tx).resources[block.resource_id].key, action)


def _enter_absence(tx: AccountTx, actor: Actor, given: AbsenceEntry) -> AbsenceOutcome:
    by = actor.on_side(STAFF, notifies=given.notifies)
    return absences.enter(tx, by, given.absence, given.idempotency_key)


def _find(tx: AccountTx, _: Actor, block_id: str) -> Block:
    return blocks.find(tx, block_id)


BLOCKS = collection_actions("blocks", Blocks(), (ADMIN_READ, *blocks.MAY_BLOCK), blocks.MAY_BLOCK)
FIND_BLOCK: Action[str, Block] = Action("find block", blocks.MAY_BLOCK, _find)
ENTER_ABSENCE: Action[AbsenceEntry, AbsenceOutcome] = Action(
    "enter absence", (APPOINTMENTS_MANAGE,), _enter_absence, Runs.WRITE
)
