"""Changing the catalogue: things are made, changed, deactivated or removed.

Every way of changing it ends here, so every change marks, and says, which appointments it leaves
without a place.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.kernel.errors import Conflict
from openslot.kernel.ids import new_id, new_version
from openslot.scheduling.catalogue import zone_changes
from openslot.scheduling.conflicts import catalogue_conflicts
from openslot.scheduling.model.catalogue_documents import catalogue_of_items
from openslot.scheduling.model.catalogue_item import (
    BRANCH,
    RESOURCE,
    SERVICE,
    SERVICE_COMBINATION,
    SERVICE_GROUP,
    CatalogueItem,
)
from openslot.scheduling.rebasing.shifts import Choice
from openslot.scheduling.store import catalogue_items
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

_MOST_RECORDED = 200  # things that one audit event names
Thing = Mapping[str, Any]  # in the account file's words, without the key; `active` if not true
_REFERENCES = {  # the fields that name things of a kind by key, by the kind that has them
    BRANCH: {SERVICE: "branches", RESOURCE: "branch", SERVICE_COMBINATION: "branch"},
    SERVICE_GROUP: {SERVICE: "group"},
    SERVICE: {RESOURCE: "services", SERVICE_COMBINATION: "services"},
}


class HasAppointments(Conflict):
    """Appointments or holds are at or of it; they must find it again. Deactivate it."""

    code = "has_appointments"
    title = "It has appointments: it can be deactivated, not deleted"


class StillReferenced(Conflict):
    """Other things of the catalogue name it. Change those first."""

    code = "still_referenced"
    title = "Other things of the catalogue refer to it; change those first"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change of the catalogue did."""

    changes: tuple[Change, ...]
    without_place: tuple[str, ...]  # ids of appointments that fitted before, by start


def replace_catalogue(
    tx: AccountTx,
    actor: Actor,
    wanted: Mapping[str, Mapping[str, Thing]],
    choice: Choice | None = None,
) -> Outcome:
    """Makes the things of each kind in `wanted` be those that are listed there, by key.

    A document holds the thing's fields in the account file's words, without its key; `active`
    (true by default) is stored beside it. Ids stay. A thing that is not listed becomes inactive and
    keeps its content; listed again it comes back as the same thing. When nothing differs nothing
    is written, and the catalogue keeps its version.

    Raises:
        ZoneChangeNeedsChoice: a branch with appointments to come gets another zone.
    """
    items = catalogue_items.all_items(tx)
    changes: list[Change | None] = []
    for kind, things in wanted.items():
        stored = {item.key: item for item in items if item.kind == kind}
        changes += [_made_so(tx, kind, k, stored.get(k), thing) for k, thing in things.items()]
        changes += [_deactivated(tx, item) for key, item in stored.items() if key not in things]
    return _settled(tx, actor, items, changes, choice)


def put(
    tx: AccountTx, actor: Actor, kind: str, key: str, thing: Thing, choice: Choice | None = None
) -> Outcome:
    """Makes one thing be as given, new or not; the others stay as they are.

    Raises:
        ZoneChangeNeedsChoice: as `replace_catalogue`.
    """
    items = catalogue_items.all_items(tx)
    stored = next((i for i in items if (i.kind, i.key) == (kind, key)), None)
    return _settled(tx, actor, items, [_made_so(tx, kind, key, stored, thing)], choice)


def check_deletable(tx: AccountTx, item: CatalogueItem) -> None:
    """Passes for a thing that nothing would miss.

    Raises:
        HasAppointments: an appointment, of whatever time, or a live reservation is at or of it.
        StillReferenced: other things of the catalogue name it.
    """
    if item.kind == SERVICE_COMBINATION:  # bookings name its services, not it
        return
    if catalogue_items.is_booked(tx, item.id):
        raise HasAppointments
    referring = [f"{i.kind} {i.key}" for i in catalogue_items.all_items(tx) if _refers(i, item)]
    if referring:
        raise StillReferenced(f"It is named by {', '.join(referring[:10])}")


def delete(tx: AccountTx, actor: Actor, item: CatalogueItem) -> Outcome:
    """Removes a thing permanently, with its blocks.

    Raises:
        HasAppointments, StillReferenced: as `check_deletable`.
    """
    items = catalogue_items.all_items(tx)
    check_deletable(tx, item)
    catalogue_items.delete(tx, item.kind, item.id)
    if item.kind in (BRANCH, RESOURCE):
        catalogue_items.forget_time_of(tx, item.id)
    return _settled(tx, actor, items, [Change(item.kind, item.key, "deleted")], None)


def _refers(item: CatalogueItem, to: CatalogueItem) -> bool:
    field = _REFERENCES.get(to.kind, {}).get(item.kind)
    if field is None:
        return False
    named = json.loads(item.document).get(field)
    return named == to.key or (isinstance(named, list) and to.key in named)


def canonical(document: Thing) -> str:
    """The one JSON text of a document: equal content, equal text."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _settled(
    tx: AccountTx,
    actor: Actor,
    items: Sequence[CatalogueItem],
    changes: Collection[Change | None],
    choice: Choice | None,
) -> Outcome:
    """Ends a change of what were `items`: another version, and appointments looked at again."""
    real = tuple(change for change in changes if change is not None)
    if not real:
        return Outcome((), ())
    catalogue_items.set_catalogue_version(tx, new_version())
    # Not the cached ones: within a transaction there may be several under one version.
    now = catalogue_items.all_items(tx)
    before, after = catalogue_of_items(0, items), catalogue_of_items(0, now)
    _record(tx, actor, real, {(item.kind, item.key): item.id for item in (*items, *now)})
    moved = zone_changes.follow(tx, actor, before, after, choice)
    return Outcome(real, tuple(catalogue_conflicts.mark(tx, before, after, moved)))


def _record(
    tx: AccountTx, actor: Actor, changes: Sequence[Change], ids: Mapping[tuple[str, str], str]
) -> None:
    """Writes the audit trail. A key may be made of somebody's name, so it has ids."""
    detail: dict[str, Any] = {}
    for change in changes[:_MOST_RECORDED]:
        thing = f"{change.kind} {ids[change.kind, change.key]}"
        detail.setdefault(change.action, []).append(thing)
    if len(changes) > _MOST_RECORDED:
        detail["more"] = len(changes) - _MOST_RECORDED
    audit.record(tx, "catalogue.changed", actor, **detail)


def _made_so(
    tx: AccountTx, kind: str, key: str, item: CatalogueItem | None, thing: Thing
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


def _deactivated(tx: AccountTx, item: CatalogueItem) -> Change | None:
    if not item.active:
        return None
    catalogue_items.update(tx, item.kind, item.id, item.document, active=False)
    return Change(item.kind, item.key, "deactivated")
