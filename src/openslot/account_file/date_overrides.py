"""A branch's date overrides as a collection whose keys are dates. Their version is the branch's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.account_file.entries import check_entry, entry_of
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.page import Page, read_page
from openslot.scheduling.catalogue import changes, items
from openslot.scheduling.catalogue.actions import READS, WRITES
from openslot.scheduling.model.catalogue_item import BRANCH, CatalogueItem
from openslot.storage.collection import ItemPlace, Listing, Write, Written, collection_actions
from openslot.storage.transactions import AccountTx

Entry = Mapping[str, Any]  # in the account file's words


@dataclass(frozen=True, slots=True)
class BranchOverride:
    """A date override, and the branch that has it."""

    branch: CatalogueItem
    entry: Entry  # empty: the date has none yet


@dataclass(frozen=True, slots=True)
class OverrideContent:
    """A date, and the content of its branch with what the date shall be."""

    date: str
    branch_document: Mapping[str, Any]


class DateOverrides:
    """The overrides of one branch, by date. Their content is an `OverrideContent`."""

    def page(self, tx: AccountTx, listing: Listing) -> Page[BranchOverride]:
        """Overrides by date, those of the past too. Raises NotFound."""
        branch = items.by_id(tx, BRANCH, listing.owner_id)
        later = [entry for entry in _entries(branch) if entry["date"] > listing.after]
        later.sort(key=lambda entry: str(entry["date"]))
        found = [BranchOverride(branch, entry) for entry in later]
        return read_page(listing.limit, lambda most: found[:most])

    def find(self, tx: AccountTx, place: ItemPlace) -> BranchOverride:
        """One date's override. Raises NotFound."""
        branch = items.by_id(tx, BRANCH, place.owner_id)
        for entry in _entries(branch):
            if entry["date"] == place.item_id:
                return BranchOverride(branch, entry)
        raise NotFound("There is no override of this date")

    def create(
        self, tx: AccountTx, actor: Actor, write: Write[BranchOverride]
    ) -> Written[BranchOverride]:
        """Overrides a date that has no override yet. Raises NotFound, Invalid."""
        branch = items.by_id(tx, BRANCH, write.place.owner_id)
        write.replay(tx)
        write.check_unchanged(tx, BranchOverride(branch, {}))
        return self._put(tx, actor, branch, write.content(tx, branch))

    def change(
        self, tx: AccountTx, actor: Actor, item: BranchOverride, write: Write[BranchOverride]
    ) -> Written[BranchOverride]:
        """Makes the date be otherwise."""
        return self._put(tx, actor, item.branch, write.content(tx, item))

    def delete(
        self, tx: AccountTx, actor: Actor, item: BranchOverride, _: Write[BranchOverride]
    ) -> Written[BranchOverride]:
        """Gives the date its weekly hours back. Raises Invalid."""
        others = [entry for entry in _entries(item.branch) if entry != item.entry]
        document = _branch_with(tx, item.branch, others, 0)
        outcome = changes.put(tx, actor, BRANCH, item.branch.key, document)
        return Written(item, outcome.changes, outcome.without_place)

    def _put(
        self, tx: AccountTx, actor: Actor, branch: CatalogueItem, content: OverrideContent
    ) -> Written[BranchOverride]:
        outcome = changes.put(tx, actor, BRANCH, branch.key, content.branch_document)
        made = self.find(tx, ItemPlace(branch.id, content.date))
        return Written(made, outcome.changes, outcome.without_place)


def new_override(tx: AccountTx, branch: CatalogueItem, entry: Entry) -> OverrideContent:
    """The content of a new override.

    Raises:
        Invalid: with every fault of it, and of what it would break in the account.
    """
    entries = _entries(branch)
    return OverrideContent(
        str(entry.get("date")), _branch_with(tx, branch, [*entries, entry], len(entries))
    )


def changed_override(tx: AccountTx, old: BranchOverride, entry: Entry) -> OverrideContent:
    """The content of an override that shall be `entry`. Raises as `new_override`."""
    entries = _entries(old.branch)
    position = entries.index(old.entry)
    others = [*entries[:position], entry, *entries[position + 1 :]]
    return OverrideContent(str(old.entry["date"]), _branch_with(tx, old.branch, others, position))


def _entries(branch: CatalogueItem) -> list[Entry]:
    entries: list[Entry] = entry_of(branch).get("overrides", [])
    return entries


def _branch_with(
    tx: AccountTx, branch: CatalogueItem, entries: list[Entry], position: int
) -> Mapping[str, Any]:
    """The branch's content with these overrides; faults are those of the one at `position`."""
    try:
        _, document = check_entry(tx, BRANCH, {**entry_of(branch), "overrides": entries}, branch)
    except Invalid as refusal:
        own = f"/overrides/{position}"
        raise Invalid(
            *(Fault(f.field.removeprefix(own), f.code, f.detail) for f in refusal.faults)
        ) from None
    return document


DATE_OVERRIDES = collection_actions("date overrides", DateOverrides(), READS, WRITES)
