"""Keys made from names, where somebody leaves them empty. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping

_NOT_OF_KEYS = re.compile(r"[^a-z0-9]+")
_MOST_OF_KEY = 60


def key_of(name: str | Mapping[str, str], taken: Collection[str]) -> str:
    """A key made from a name, which nothing else has."""
    text = name if isinstance(name, str) else next(iter(name.values()), "")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    made = _NOT_OF_KEYS.sub("-", plain).strip("-")[:_MOST_OF_KEY].strip("-") or "item"
    return next(
        key
        for key in (made, *(f"{made}-{n}" for n in range(2, len(taken) + 3)))
        if key not in taken
    )
