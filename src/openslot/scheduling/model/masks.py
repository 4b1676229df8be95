"""Sets of minutes as whole numbers: bit i is minute i. Pure."""

from collections.abc import Iterable

from openslot.kernel.clock import MINUTES_PER_DAY

Mask = int

BEFORE = [(1 << minute) - 1 for minute in range(MINUTES_PER_DAY + 1)]  # the bits before a minute


def ones(length: int) -> Mask:
    """The bits `[0, length)`."""
    return (1 << length) - 1


def stretch(start: int, end: int) -> Mask:
    """The bits `[start, end)` of a day; of an empty stretch none."""
    return BEFORE[end] ^ BEFORE[start] if start < end else 0


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
