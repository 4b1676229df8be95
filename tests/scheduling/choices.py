"""Which starts, slots and instants of a world a property looks at: some drawn ones, or all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from oracle.worlds import starts

T = TypeVar("T")

MINUTE = timedelta(minutes=1)


class Choices(Protocol):
    """What a property asks for."""

    def of(self, items: Sequence[T]) -> list[T]:
        """Some items of a sequence that is not empty."""

    def between(self, low: int, high: int) -> list[int]:
        """Some whole numbers, both bounds included."""

    def starts(self, asked: dict[str, Any], listed: list[datetime]) -> list[datetime]:
        """Some starts, on the grid and off it."""


class Drawn:
    """One of each, drawn."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def of(self, items: Sequence[T]) -> list[T]:
        """See `Choices`."""
        return [self._data.draw(st.sampled_from(items))]

    def between(self, low: int, high: int) -> list[int]:
        """See `Choices`."""
        return [self._data.draw(st.integers(low, high))]

    def starts(self, asked: dict[str, Any], listed: list[datetime]) -> list[datetime]:
        """See `Choices`."""
        return [self._data.draw(starts(asked, listed))]


class Every:
    """All there are, as far as that is not too many: what is found once is found again."""

    most = 40

    def of(self, items: Sequence[T]) -> list[T]:
        """See `Choices`."""
        return list(items[: self.most])

    def between(self, low: int, high: int) -> list[int]:
        """See `Choices`."""
        return sorted({low, (low + high) // 2, high})

    def starts(self, asked: dict[str, Any], listed: list[datetime]) -> list[datetime]:
        """See `Choices`."""
        begin = [asked["from"]]
        return [near + n * MINUTE for near in (begin + listed)[: self.most] for n in (0, 1, -1)]
