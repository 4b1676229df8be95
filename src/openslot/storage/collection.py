"""Collections: items of one kind that are listed, read, created, changed and deleted.

Whatever a collection holds, the steps of each action and their order are these; what they do to
an item is its `Items`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.kernel.page import Page
from openslot.storage.action import Action, Runs
from openslot.storage.transactions import AccountTx

T = TypeVar("T")

# Ends the action when it was done before, under the same idempotency key.
Replay = Callable[[AccountTx], None]


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """One item, or the collection itself."""

    owner_id: str = ""  # of the item that the collection belongs to; "": the account
    item_id: str = ""  # "": the collection


@dataclass(frozen=True, slots=True)
class Listing:
    """Which page of a collection."""

    owner_id: str
    after: Any  # what the list is sorted by, of the item before the page; empty: the beginning
    limit: int
    filters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write(Generic[T]):
    """A write to a collection, as the caller wants it."""

    place: ItemPlace
    # What the item shall hold; gets the item as it is, or what a new one shall belong to.
    content: Callable[[AccountTx, Any], Any]
    replay: Replay
    # Raises PreconditionFailed when the caller knows another state of the item.
    check_unchanged: Callable[[AccountTx, T], None]
    force: bool = False


@dataclass(frozen=True, slots=True)
class Written(Generic[T]):
    """What a write did."""

    item: T  # as it is now; of a deletion as it was
    changes: tuple[Change, ...]
    without_place: Sequence[str] = ()  # ids of appointments that fitted before
    shown_once: Mapping[str, str] = field(default_factory=dict)  # secrets, by what they are called


class Items(Protocol[T]):
    """What a collection's actions do to its items. All of it finds items of the account alone."""

    def page(self, tx: AccountTx, listing: Listing) -> Page[T]:
        """A page of the items, in the collection's order."""

    def find(self, tx: AccountTx, place: ItemPlace) -> T:
        """The item. Raises NotFound."""

    def create(self, tx: AccountTx, actor: Actor, write: Write[T]) -> Written[T]:
        """Makes an item, after `write.replay`."""

    def change(self, tx: AccountTx, actor: Actor, item: T, write: Write[T]) -> Written[T]:
        """Makes the item hold `write.content`."""

    def delete(self, tx: AccountTx, actor: Actor, item: T, write: Write[T]) -> Written[T]:
        """Removes the item permanently."""


@dataclass(frozen=True, slots=True)
class CollectionActions(Generic[T]):
    """The actions of one collection."""

    items: Items[T]
    list: Action[Listing, Page[T]]
    get: Action[ItemPlace, T]
    create: Action[Write[T], Written[T]]
    change: Action[Write[T], Written[T]]
    delete: Action[Write[T], Written[T]]


def collection_actions(
    name: str, items: Items[T], reads: tuple[str, ...], writes: tuple[str, ...]
) -> CollectionActions[T]:
    """The five actions on some items; `reads` and `writes` are the scopes for them."""

    def list_items(tx: AccountTx, _: Actor, listing: Listing) -> Page[T]:
        return items.page(tx, listing)

    def get(tx: AccountTx, _: Actor, place: ItemPlace) -> T:
        return items.find(tx, place)

    def create(tx: AccountTx, actor: Actor, write: Write[T]) -> Written[T]:
        return items.create(tx, actor, write)

    def change(tx: AccountTx, actor: Actor, write: Write[T]) -> Written[T]:
        return items.change(tx, actor, _to_be_written(tx, write), write)

    def delete(tx: AccountTx, actor: Actor, write: Write[T]) -> Written[T]:
        return items.delete(tx, actor, _to_be_written(tx, write), write)

    def _to_be_written(tx: AccountTx, write: Write[T]) -> T:
        item = items.find(tx, write.place)
        write.replay(tx)
        write.check_unchanged(tx, item)
        return item

    return CollectionActions(
        items=items,
        list=Action(f"list {name}", reads, list_items),
        get=Action(f"get {name}", reads, get),
        create=Action(f"create {name}", writes, create, Runs.WRITE),
        change=Action(f"change {name}", writes, change, Runs.WRITE),
        delete=Action(f"delete {name}", writes, delete, Runs.WRITE),
    )
