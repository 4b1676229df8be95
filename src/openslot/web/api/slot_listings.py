"""Listings of slots and dates, from memory while neither sheets nor time have changed them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.scheduling.model.day_sheet import Sheets
from openslot.scheduling.views import listings
from openslot.scheduling.views.listings import Snapshot
from openslot.storage.action import Steps
from openslot.storage.transactions import AccountTx
from openslot.storage.version_cache import VersionCache
from openslot.web.http.response import Response
from openslot.web.http.route import Handled

_AROUND_BODY = 1000  # bytes of memory beside the body

Render = Callable[[Snapshot, Sheets], Steps[Response]]


@dataclass(frozen=True, slots=True)
class _CachedListing:
    """A listing's response, and the time in which it holds."""

    since: Millis
    until: Millis
    response: Response


def slot_listing(tx: AccountTx, taken: Snapshot, shown_as: Hashable, render: Render) -> Handled:
    """What `render` makes of a snapshot; `shown_as` stands for how it shows one."""
    key = (tx.account.id, "listing", shown_as, taken.listing)
    cached = tx.version_cache.find(key, taken.version)
    if isinstance(cached, _CachedListing) and cached.since <= taken.now < cached.until:
        return cached.response
    sheets = listings.read_sheets(tx, taken)
    return _rendered(tx.version_cache, key, taken, sheets, render)


def _rendered(
    version_cache: VersionCache,
    key: Hashable,
    taken: Snapshot,
    sheets: Sheets,
    render: Render,
) -> Steps[Response]:
    response = yield from render(taken, sheets)
    yield
    cached = _CachedListing(taken.now, listings.holds_until(taken, sheets), response)
    version_cache.put(key, taken.version, cached, _AROUND_BODY + len(response.body))
    return response
