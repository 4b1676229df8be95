"""Making the catalogue what a document lists: things are made, changed or put to rest."""

import json
from collections.abc import Mapping
from typing import Any

from openslot.kernel.changes import Change
from openslot.kernel.ids import new_id, new_version
from openslot.scheduling.store import catalogue_items
from openslot.scheduling.store.catalogue_items import Item
from openslot.storage.database import AccountTx


def replace_items(
    tx: AccountTx, kind: str, wanted: Mapping[str, Mapping[str, Any]]
) -> list[Change]:
    """Makes the things of one kind be those in `wanted`, by key; returns what it changed.

    A document holds the thing's fields in the account file's words, without its key; `active`
    (true by default) is kept beside it. Ids stay. A thing that is not listed becomes inactive and
    keeps its content; listed again it comes back as the same thing. When nothing differs nothing
    is written, and the catalogue keeps its version.
    """
    stored = {item.key: item for item in catalogue_items.all_items(tx) if item.kind == kind}
    changes = [_made_so(tx, kind, key, stored.get(key), thing) for key, thing in wanted.items()]
    changes += [_put_to_rest(tx, item) for key, item in stored.items() if key not in wanted]
    real = [change for change in changes if change is not None]
    if real:
        catalogue_items.set_catalogue_version(tx, new_version())
    return real


def canonical(document: Mapping[str, Any]) -> str:
    """The one JSON text of a document: equal content, equal text."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _made_so(
    tx: AccountTx, kind: str, key: str, item: Item | None, thing: Mapping[str, Any]
) -> Change | None:
    active = bool(thing.get("active", True))
    document = canonical({name: value for name, value in thing.items() if name != "active"})
    if item is None:
        catalogue_items.insert(tx, kind, new_id(), key, document, active=active)
        return Change(kind, key, "created")
    if (item.active, item.document) == (active, document):
        return None
    catalogue_items.update(tx, kind, item.id, document, active=active)
    if item.active == active:
        return Change(kind, key, "changed")
    return Change(kind, key, "activated" if active else "deactivated")


def _put_to_rest(tx: AccountTx, item: Item) -> Change | None:
    if not item.active:
        return None
    catalogue_items.update(tx, item.kind, item.id, item.document, active=False)
    return Change(item.kind, item.key, "deactivated")
