"""What commands print: aligned columns for people, JSON for programs."""

import json
from collections.abc import Sequence
from typing import Any

import typer

from openslot.kernel.clock import Millis, instant_of_millis


def print_json(data: Any) -> None:
    """Data on standard output, readable by people too."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under headings, two spaces apart; nothing is cut, so that it can be copied."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())


def counted(number: int, what: str) -> str:
    """A number of things: 1 block, 2 blocks."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def instant(millis: Millis | None) -> str | None:
    """An instant as RFC 3339 in UTC, to the second."""
    if millis is None:
        return None
    return instant_of_millis(millis).strftime("%Y-%m-%dT%H:%M:%SZ")
