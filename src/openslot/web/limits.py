"""Rate limits: token buckets in memory, per process (so says the contract). 0 is off."""

import time
from collections import OrderedDict
from math import ceil

from openslot.web.problems import RateLimited

_MOST_BUCKETS = 50_000


class Limit:
    """At most `most` in `seconds` for each key, refilled evenly."""

    def __init__(self, most: int, seconds: int) -> None:
        self._most = float(most)
        self._rate = most / seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # level, at

    def take(self, key: str) -> None:
        """Counts one more for a key.

        Raises:
            RateLimited: it is one too many; `retry_after_seconds` says when it is not.
        """
        if not self._most:
            return
        now = time.monotonic()
        level, at = self._buckets.get(key, (self._most, now))
        level = min(self._most, level + (now - at) * self._rate)
        if level < 1:
            self._buckets[key] = (level, now)
            raise RateLimited(retry_after_seconds=ceil((1 - level) / self._rate))
        self._buckets[key] = (level - 1, now)
        self._buckets.move_to_end(key)
        # A bucket that was not used for long is full again: forgetting it changes nothing.
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
