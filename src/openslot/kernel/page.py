"""A page of a list: so many items at most, and whether more come after them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A stretch of a list, in the list's order."""

    items: Sequence[T]
    has_more: bool = False


def read_page(limit: int, read: Callable[[int], Sequence[T]]) -> Page[T]:
    """A page of at most `limit` items: `read` is asked for one more, which tells if others follow.

    Whatever `read` raises goes through.
    """
    found = read(limit + 1)
    return Page(found[:limit], has_more=len(found) > limit)
