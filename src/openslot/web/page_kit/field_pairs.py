"""The fields of a query or a form, in their order; a name may come several times. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

Pairs = Sequence[tuple[str, str]]

_MOST_FIELDS = 1000


@dataclass(frozen=True)
class FieldPairs:
    """Names and values as they were sent."""

    pairs: Pairs = ()

    def one(self, name: str) -> str:
        """The first value of a name; "" where there is none."""
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        """The values of a name that say something."""
        return [value for key, value in self.pairs if key == name and value]

    def has(self, name: str) -> bool:
        """Whether the name was sent, with whatever value."""
        return any(key == name for key, _ in self.pairs)

    def only(self, *names: str) -> Pairs:
        """The pairs of some names."""
        return [(key, value) for key, value in self.pairs if key in names]


NOTHING = FieldPairs()


def parse(text: bytes) -> FieldPairs:
    """The fields of an `application/x-www-form-urlencoded` text.

    Raises:
        ValueError: it is not UTF-8, or has more than a thousand fields.
    """
    pairs = parse_qsl(
        text.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
    )
    return FieldPairs(pairs)
