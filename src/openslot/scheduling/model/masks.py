"""Sets of minutes as whole numbers: bit i is minute i. Pure."""

from collections.abc import Iterable

Mask = int


def ones(length: int) -> Mask:
    """The bits `[0, length)`."""
    return (1 << length) - 1


def stretches(intervals: Iterable[tuple[int, int]], origin: int) -> Mask:
    """The bits of intervals that begin at or after `origin`, which is bit 0."""
    mask = 0
    for start, end in intervals:
        mask |= ones(end - start) << (start - origin)
    return mask


def smear(mask: Mask, minutes: int) -> Mask:
    """The bits from which any of the next `minutes` bits (itself the first) is set, by doubling."""
    reached = 1
    while reached < minutes:
        step = min(reached, minutes - reached)
        mask |= mask >> step
        reached += step
    return mask
