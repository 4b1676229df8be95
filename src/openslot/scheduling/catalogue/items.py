"""Items of the catalogue as they are stored."""

from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.scheduling.store import catalogue_items
from openslot.storage.transactions import AccountTx


def all_items(tx: AccountTx) -> list[CatalogueItem]:
    """Every item of the account, active or not, by kind and id."""
    return catalogue_items.all_items(tx)
