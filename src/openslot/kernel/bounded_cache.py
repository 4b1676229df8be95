"""Memory of what was computed from values that never change."""

from collections.abc import Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class BoundedCache(dict[Hashable, Any]):
    """Values computed from something that never changes, at most so many; never None.

    `get` is the dictionary's own, which is what makes a hit cheap.
    """

    def __init__(self, most: int) -> None:
        """Beyond `most` all are forgotten: what is asked for again is soon there again."""
        super().__init__()
        self._most = most

    def store(self, key: Hashable, value: T) -> T:
        """Remembers a value, and returns it."""
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value
