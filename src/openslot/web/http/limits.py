"""Rate limits: token buckets in memory, per process (so says the contract). 0 is off."""

import asyncio
import time
from collections import OrderedDict
from math import ceil

from openslot.kernel.actor import Actor
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.web.http.problems import RateLimited

_MOST_BUCKETS = 50_000


class Limit:
    """At most `most` in `seconds` for each key, refilled evenly."""

    def __init__(self, most: int, seconds: int, *, most_keys: int = _MOST_BUCKETS) -> None:
        """Of more than `most_keys` keys the one that was not seen for longest is forgotten."""
        self._most = float(most)
        self._rate = most / seconds
        self._most_keys = most_keys
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # level, at

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._buckets)

    def ask(self, key: str) -> None:
        """Passes while one more for a key would; counts nothing.

        Raises:
            RateLimited: it would not; `retry_after_seconds` says when it will.
        """
        if key in self._buckets:
            self._level(key, time.monotonic())

    def take(self, key: str) -> None:
        """Counts one more for a key.

        Raises:
            RateLimited: it is one too many; `retry_after_seconds` says when it is not.
        """
        if not self._most:
            return
        now = time.monotonic()
        self._buckets[key] = (self._level(key, now) - 1, now)
        self._buckets.move_to_end(key)
        # A bucket that was not used for long is full again: forgetting it changes nothing.
        if len(self._buckets) > self._most_keys:
            self._buckets.popitem(last=False)

    def _level(self, key: str, now: float) -> float:
        """How much is left for a key, at least one."""
        level, at = self._buckets.get(key, (self._most, now))
        level = min(self._most, level + (now - at) * self._rate)
        if level < 1:
            raise RateLimited(retry_after_seconds=ceil((1 - level) / self._rate))
        return level


class CallLimits:
    """The limits of API calls, shared by all endpoints of a process."""

    def __init__(self, settings: Settings) -> None:
        self._client = Limit(settings.requests_per_second_and_client, 1)
        self._address = Limit(settings.requests_per_second_and_address, 1)
        self._searches = Limit(settings.searches_per_minute_and_client, 60)
        self.computing = asyncio.Semaphore(1)

    def take(self, actor: Actor, account: Account, address: str, *, is_search: bool) -> None:
        """Counts a call.

        Raises:
            RateLimited: it is one too many.
        """
        self._client.take(actor.id)
        if not account.sandbox:
            self._address.take(address)
        if is_search:
            self._searches.take(actor.id)
