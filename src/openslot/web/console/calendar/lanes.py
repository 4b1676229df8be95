"""Puts what overlaps side by side. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from openslot.kernel.intervals import Interval


class Lane(NamedTuple):
    """Which of how many lanes beside each other something has."""

    number: int
    of: int


def lanes(spans: Sequence[Interval], least: int) -> list[Lane]:
    """A lane for each span, in the order given; none covers another.

    `least` is how long a span is drawn at least.
    """
    found = [Lane(0, 1)] * len(spans)
    ends: list[int] = []  # of the lanes of the spans that overlap, directly or through others
    together: list[tuple[int, int]] = []  # which span in which lane
    for place in sorted(range(len(spans)), key=lambda place: (spans[place][0], -spans[place][1])):
        begin, end = spans[place]
        if ends and begin >= max(ends):
            _close(found, together, len(ends))
            ends, together = [], []
        lane = next((n for n, until in enumerate(ends) if until <= begin), len(ends))
        ends[lane : lane + 1] = [max(end, begin + least)]
        together.append((place, lane))
    _close(found, together, len(ends))
    return found


def _close(found: list[Lane], together: Sequence[tuple[int, int]], count: int) -> None:
    for place, lane in together:
        found[place] = Lane(lane, count)
