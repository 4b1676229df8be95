"""The feeds of an account as a table shows them, and what a new one may be of."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.account_file.entries import entry_of
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.feeds.actions import FEEDS
from openslot.scheduling.model.catalogue_item import BRANCH, RESOURCE
from openslot.scheduling.model.feeds.feed import FULL
from openslot.storage.collection import Listing
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.account_times import account_times
from openslot.web.console.frame.console_request import ConsoleRequest

_MOST = 1000  # far more than an account needs


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed."""

    id: str
    version: int
    name: str  # of the branch or resource
    has_names: bool  # of customers
    language: str
    last_read: str


@dataclass(frozen=True, slots=True)
class FeedTable:
    """All of them, and what a new one may be of: values of a field with names."""

    rows: Sequence[FeedRow]
    choices: Sequence[tuple[str, str]]


def read_feeds(tx: AccountTx, request: ConsoleRequest) -> FeedTable:
    """The feeds in the order in which they were made."""
    parts = [item for item in all_items(tx) if item.kind in (BRANCH, RESOURCE)]
    names = {item.id: request.text(entry_of(item)["name"]) for item in parts}
    times = account_times(tx, request)
    rows = [
        FeedRow(
            id=feed.id,
            version=feed.version,
            name=names.get(feed.content.part_id, ""),
            has_names=feed.content.detail == FULL,
            language=feed.content.language,
            last_read=times.text(feed.last_read_at),
        )
        for feed in FEEDS.items.page(tx, Listing("", "", _MOST)).items
    ]
    choices = [
        (f"{item.kind}:{item.id}", names[item.id])
        for kind in (BRANCH, RESOURCE)
        for item in sorted(parts, key=lambda part: names[part.id].casefold())
        if item.kind == kind and item.active
    ]
    return FeedTable(rows, choices)
