"""Charts as shapes: widths and places in per cent, so that their text stays as large as any. Pure.

Heights are in pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 160  # of the columns of a chart of days
_MOST_LABELS = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from left to right, with what it is of and what it says."""

    label: str
    value: str
    width: float


@dataclass(frozen=True, slots=True)
class TallColumn:
    """A bar from the ground up; a label stands beneath some of them."""

    x: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A field of a map: the darker the more."""

    x: float
    width: float
    row: int
    opacity: float


def bars(values: Sequence[tuple[str, str, float]], widest: float = 0) -> list[Bar]:
    """Bars of labels, of what they say, and of numbers; `widest` is as wide as the chart.

    What is more than that makes all others narrower.
    """
    most = max((number for _, _, number in values), default=0)
    most = max(most, widest)
    return [Bar(label, text, _part(number, most)) for label, text, number in values]


def columns(values: Sequence[tuple[str, float]]) -> list[TallColumn]:
    """Columns of labels and numbers; the highest is as high as the chart."""
    most = max((number for _, number in values), default=0)
    width = 100 / max(len(values), 1)
    every = -(-len(values) // _MOST_LABELS) or 1
    return [
        TallColumn(
            x=round(place * width, 2),
            width=round(width * 0.8, 2),
            height=round(_part(number, most) * HEIGHT / 100, 1),
            label=label if place % every == 0 else "",
        )
        for place, (label, number) in enumerate(values)
    ]


def tiles(rows: Sequence[Sequence[int | None]]) -> list[Tile]:
    """A map of per cents by row and column; None is no tile."""
    return [
        Tile(
            x=round(place * 100 / len(row), 2),
            width=round(100 / len(row), 2),
            row=number,
            opacity=round(min(per_cent, 100) / 100, 2),
        )
        for number, row in enumerate(rows)
        for place, per_cent in enumerate(row)
        if per_cent is not None
    ]


def _part(number: float, most: float) -> float:
    return round(100 * number / most, 1) if most else 0
