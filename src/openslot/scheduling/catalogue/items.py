"""Items of the catalogue as they are stored: one of them, a page of a kind, or all."""

from functools import partial

from openslot.kernel.errors import NotFound
from openslot.kernel.page import Page, read_page
from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.scheduling.store import catalogue_items
from openslot.storage.transactions import AccountTx


def all_items(tx: AccountTx) -> list[CatalogueItem]:
    """Every item of the account, active or not, by kind and id."""
    return catalogue_items.all_items(tx)


def page(tx: AccountTx, kind: str, key: str | None, after: str, limit: int) -> Page[CatalogueItem]:
    """Items of a kind whose ids come after one (or after ""), or only the one with a key."""
    return read_page(limit, partial(catalogue_items.page, tx, kind, key, after))


def by_id(tx: AccountTx, kind: str, item_id: str) -> CatalogueItem:
    """One item, active or not.

    Raises:
        NotFound: the account has no such item of this kind.
    """
    item = catalogue_items.by_id(tx, kind, item_id)
    if item is None:
        raise NotFound(f"There is no such {kind.replace('-', ' ')}")
    return item


def by_key(tx: AccountTx, kind: str, key: str) -> CatalogueItem:
    """The item with a key.

    Raises:
        NotFound: the account has no such item of this kind.
    """
    found = catalogue_items.page(tx, kind, key, "", 1)
    if not found:
        raise NotFound(f"There is no such {kind.replace('-', ' ')}")
    return found[0]
