"""Rate limits in memory, per process (so says the contract). 0 is off.

A key is counted by one instant: when it is as if it had never come (the generic cell rate
algorithm). So a key whose instant has passed is forgotten without loss, and where there are too
many the one that would be forgotten first makes room.
"""

import asyncio
import time
from heapq import heappop, heappush, heapreplace
from math import ceil

from openslot.kernel.actor import Actor
from openslot.kernel.counted_address import counted_address
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.web.http.problems import RateLimited

# A process has ten limits: together they remember 20 000 keys at the most. At the default limits
# nobody comes near 2 000 of them but a flood.
MOST_KEYS = 2_000
_FORGOTTEN_AT_ONCE = 3  # more than come, so that they become fewer; few, so that nobody waits
_ROUNDING_SECONDS = 1e-6


class Limit:
    """At most `most` in `seconds` for each key, refilled evenly."""

    def __init__(self, most: int, seconds: int, *, most_keys: int = MOST_KEYS) -> None:
        """`most_keys` are remembered, no more."""
        self._most_keys = most_keys
        self._interval = seconds / most if most else 0.0  # seconds until one more is let through
        self._burst = max(most - 1, 0) * self._interval
        self._full_at: dict[str, float] = {}  # when a key is as if it had never come
        # The same keys, ordered by an instant that was theirs once; it is later than theirs is now
        # only by what was given back.
        self._order: list[tuple[float, str]] = []

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._full_at)

    def ask(self, key: str) -> None:
        """Passes while one more for a key would; counts nothing.

        Raises:
            RateLimited: it would not; `retry_after_seconds` says when it will.
        """
        if key in self._full_at:
            self._check(key, time.monotonic())

    def take(self, key: str) -> None:
        """Counts one more for a key.

        Raises:
            RateLimited: it is one too many; `retry_after_seconds` says when it is not.
        """
        if not self._interval:
            return
        now = time.monotonic()
        self._check(key, now)
        self._forget(now)
        full_at = max(self._full_at.get(key, now), now) + self._interval
        if key not in self._full_at:
            # Where all that are remembered are refused already, the flood has so many keys that
            # one more gives it nothing: refusing others for it would lock them out.
            if len(self._full_at) >= self._most_keys and not self._make_room(now):
                return
            heappush(self._order, (full_at, key))
        self._full_at[key] = full_at

    def give_back(self, key: str) -> None:
        """Takes back one that was counted for a key, as if it had not come."""
        if key in self._full_at:
            self._full_at[key] -= self._interval

    def _check(self, key: str, now: float) -> None:
        wait = self._full_at.get(key, now) - now - self._burst
        if wait > _ROUNDING_SECONDS:
            raise RateLimited(retry_after_seconds=ceil(wait - _ROUNDING_SECONDS))

    def _forget(self, now: float) -> None:
        """Forgets a few of those whose instant has passed."""
        for _ in range(_FORGOTTEN_AT_ONCE):
            if not self._order or self._order[0][0] > now:
                return
            key = heappop(self._order)[1]
            full_at = self._full_at[key]
            if full_at > now:  # it has come again since
                heappush(self._order, (full_at, key))
            else:
                del self._full_at[key]

    def _make_room(self, now: float) -> bool:
        """Forgets the key that needs it least; False: every key is refused at present."""
        while (full_at := self._full_at[self._order[0][1]]) > self._order[0][0]:
            heapreplace(self._order, (full_at, self._order[0][1]))
        if full_at - now - self._burst > _ROUNDING_SECONDS:
            return False
        del self._full_at[heappop(self._order)[1]]
        return True


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
            self._address.take(counted_address(address))
        if is_search:
            self._searches.take(actor.id)
