"""Listings of slots and dates, from memory while neither sheets nor time have changed them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.scheduling.views import bookable_starts
from openslot.scheduling.views.bookable_starts import StartsSource
from openslot.scheduling.views.listings import Snapshot
from openslot.storage.action import Steps
from openslot.storage.transactions import AccountTx
from openslot.storage.version_cache import VersionCache
from openslot.web.http.response import Response
from openslot.web.http.route import Handled

_AROUND_BODY = 1000  # bytes of memory beside the body

Render = Callable[[StartsSource], Steps[Response]]


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
    return _rendered(tx.version_cache, key, bookable_starts.read(tx, taken), render)


def _rendered(
    version_cache: VersionCache, key: Hashable, source: StartsSource, render: Render
) -> Steps[Response]:
    response = yield from render(source)
    yield
    taken = source.taken
    cached = _CachedListing(taken.now, bookable_starts.holds_until(source), response)
    version_cache.put(key, taken.version, cached, _AROUND_BODY + len(response.body))
    return response
