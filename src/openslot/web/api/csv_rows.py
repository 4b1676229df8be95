"""Rows of CSV files (RFC 4180), of which no cell is run as a formula."""

import csv
import io
from collections.abc import Iterable

CSV = "text/csv; charset=utf-8; header=present"

# What a spreadsheet takes for the beginning of a formula
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_row(cells: Iterable[str | int | float | None]) -> str:
    """A row with its line end; None is an empty cell, and numbers stay numbers."""
    text = io.StringIO()
    csv.writer(text).writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _harmless(cell: str | int | float | None) -> str | int | float | None:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
