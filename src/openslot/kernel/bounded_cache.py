"""Memory of what was computed from values that never change."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class BoundedCache:
    """Values computed from something that never changes, at most so many."""

    def __init__(self, most: int) -> None:
        """Beyond `most` all are forgotten: what is asked for again is soon there again."""
        self._most = most
        self._values: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made by `make` the first time."""
        try:
            return cast(T, self._values[key])
        except KeyError:
            if len(self._values) >= self._most:
                self._values.clear()
            value = self._values[key] = make()
            return value
