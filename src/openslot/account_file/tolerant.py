"""Reading a document that may be wrong anywhere: whatever is not as expected is ignored.

The rules between fields run on the author's document as it is, independent of the check of each
field, so that one mistake does not hide another.
"""

from collections.abc import Iterator
from typing import Any


def mapping(value: object) -> dict[str, Any]:
    """The mapping itself, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(parent: object, field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings in a list field, with their positions."""
    for position, entry in _entries(parent, field):
        if isinstance(entry, dict):
            yield position, entry


def texts(parent: object, field: str) -> Iterator[tuple[int, str]]:
    """The texts in a list field, with their positions."""
    for position, entry in _entries(parent, field):
        if isinstance(entry, str):
            yield position, entry


def number_field(parent: dict[str, Any], field: str, default: int) -> int:
    """A number field, or its default."""
    value = parent.get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _entries(parent: object, field: str) -> Iterator[tuple[int, object]]:
    value = mapping(parent).get(field)
    return iter(enumerate(value)) if isinstance(value, list) else iter(())
