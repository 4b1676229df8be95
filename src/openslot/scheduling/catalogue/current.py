"""The catalogue of an account, read once per version."""

from openslot.scheduling.model.catalogue import Catalogue
from openslot.scheduling.model.catalogue_documents import catalogue_of_items
from openslot.scheduling.store import catalogue_items
from openslot.storage.transactions import AccountTx


def current_catalogue(tx: AccountTx) -> Catalogue:
    """The account's catalogue as it stands in this transaction; read once per version."""
    version = tx.account.catalogue_version
    return tx.cached(
        "catalogue", version, lambda: catalogue_of_items(version, catalogue_items.all_items(tx))
    )
