"""What one cell of a table says: a text, number, truth value, time or list.

A cell that is none of these is handed on as its text, so that the account file's own rule for
the field says what it must be.
"""

import re
from typing import Any

from openslot.kernel.fields import trimmed

_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}([.,][0-9]{1,18})?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(:00)?")
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def text(cell: str) -> str:
    """The text itself."""
    return cell


def whole(cell: str) -> Any:
    """A whole number."""
    return int(cell) if _WHOLE.fullmatch(cell) else cell


def decimal(cell: str) -> Any:
    """A number, with a point or a comma."""
    return float(cell.replace(",", ".")) if _DECIMAL.fullmatch(cell) else cell


def truth(cell: str) -> Any:
    """`true`, `yes` or 1; `false`, `no` or 0; in any case."""
    return _TRUTHS.get(cell.casefold(), cell)


def clock(cell: str) -> str:
    """A wall time, as `9:00` or `09:00:00` too, which spreadsheets make of 09:00."""
    found = _TIME.fullmatch(cell)
    return f"{found[1]:0>2}:{found[2]}" if found else cell


def listed(cell: str) -> list[str]:
    """The texts between `|`."""
    return [trimmed(part) for part in cell.split("|") if trimmed(part)]
