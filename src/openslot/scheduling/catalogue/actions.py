"""The items of each catalogue kind as a collection."""

from collections.abc import Mapping
from dataclasses import dataclass

from openslot.kernel.actor import Actor
from openslot.kernel.page import Page
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE
from openslot.scheduling.catalogue import changes, items
from openslot.scheduling.catalogue.changes import Outcome, Thing
from openslot.scheduling.model.catalogue_item import KINDS, CatalogueItem
from openslot.scheduling.rebasing.shifts import Choice
from openslot.storage.collection import (
    CollectionActions,
    ItemPlace,
    Listing,
    Write,
    Written,
    collection_actions,
)
from openslot.storage.transactions import AccountTx

READS, WRITES = (ADMIN_READ, ADMIN_WRITE), (ADMIN_WRITE,)


@dataclass(frozen=True, slots=True)
class ItemContent:
    """What an item shall hold, in the account file's words; it keeps to the file's rules."""

    key: str
    document: Thing
    choice: Choice | None = None  # what appointments keep when their branch gets another time zone


@dataclass(frozen=True, slots=True)
class CatalogueItems:
    """The items of one kind. Their content is an `ItemContent`."""

    kind: str

    def page(self, tx: AccountTx, listing: Listing) -> Page[CatalogueItem]:
        """Items in the order in which they were made, inactive ones too; `key` filters."""
        key = listing.filters.get("key")
        return items.page(tx, self.kind, key, listing.after, listing.limit)

    def find(self, tx: AccountTx, place: ItemPlace) -> CatalogueItem:
        """One of them, active or not. Raises NotFound."""
        return items.by_id(tx, self.kind, place.item_id)

    def create(
        self, tx: AccountTx, actor: Actor, write: Write[CatalogueItem]
    ) -> Written[CatalogueItem]:
        """Makes an item under a key of its own."""
        write.replay(tx)
        return self._put(tx, actor, write.content(tx, None))

    def change(
        self, tx: AccountTx, actor: Actor, item: CatalogueItem, write: Write[CatalogueItem]
    ) -> Written[CatalogueItem]:
        """Replaces an item's content. Raises ZoneChangeNeedsChoice."""
        return self._put(tx, actor, write.content(tx, item))

    def delete(
        self, tx: AccountTx, actor: Actor, item: CatalogueItem, _: Write[CatalogueItem]
    ) -> Written[CatalogueItem]:
        """Removes an item. Raises HasAppointments, StillReferenced."""
        return written(item, changes.delete(tx, actor, item))

    def _put(self, tx: AccountTx, actor: Actor, content: ItemContent) -> Written[CatalogueItem]:
        key, document, choice = content.key, content.document, content.choice
        outcome = changes.put(tx, actor, self.kind, key, document, choice)
        return written(items.by_key(tx, self.kind, key), outcome)


def written(item: CatalogueItem, outcome: Outcome) -> Written[CatalogueItem]:
    """What became of an item, with the appointments that it leaves without a place."""
    return Written(item, outcome.changes, outcome.without_place)


CATALOGUE: Mapping[str, CollectionActions[CatalogueItem]] = {
    kind: collection_actions(kind, CatalogueItems(kind), READS, WRITES) for kind in KINDS
}
