"""A YAML document as a tree that knows the place of everything, and as plain data.

Plain scalars mean what the core schema of YAML 1.2 says (§10.3.2), so that 09:00 and NO stay text.
"""

import re
from dataclasses import dataclass, field

from openslot.kernel.errors import Fault

MOST_VALUES = 200_000  # aliases expanded: a file of 1 KB can expand to billions of values
_WORDS = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value as it was written; `plain` without quotes or an explicit type."""

    index: int  # how many characters of the file lie before it
    text: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    index: int
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, its pairs in their order; one key may occur twice."""

    index: int
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list)


Node = Scalar | Sequence | Mapping


class TooMuch(Exception):
    """The aliases of a document expand to too many values."""


class Plain:
    """Turns one document's tree into plain data, and collects the faults on the way."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, Fault]] = []  # with the place of each
        self._values = 0

    def of(self, node: Node) -> object:
        """Text, number, truth value, None, list or dict.

        Raises:
            TooMuch: there are more than `MOST_VALUES` values in it.
        """
        self._values += 1
        if self._values > MOST_VALUES:
            raise TooMuch
        if isinstance(node, Scalar):
            return _scalar(node.text) if node.plain else node.text
        if isinstance(node, Sequence):
            return [self.of(item) for item in node.items]
        data: dict[str, object] = {}
        for key, value in node.pairs:
            if not isinstance(key, Scalar):
                self._refuse(key, "wrong_type", "a field's name must be a text")
            elif key.text in data:
                says = f"`{key.text}` appears twice in this mapping; remove one"
                self._refuse(key, "duplicate_field", says)
            else:
                data[key.text] = self.of(value)
        return data

    def _refuse(self, node: Node, code: str, says: str) -> None:
        self.faults.append((node.index, Fault("", code, says)))


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def index_of(root: Node, fault: Fault) -> int:
    """The place of a fault: the value its pointer names, the name of an unknown field, or what is
    nearest above something that is missing.
    """
    node, index = root, root.index
    for token in fault.field.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(node, Mapping):
            found = next(
                ((k, v) for k, v in node.pairs if isinstance(k, Scalar) and k.text == name), None
            )
            if found is None:
                return index
            key, node = found
            index = key.index if fault.code in _ABOUT_NAMES else node.index
        elif isinstance(node, Sequence) and name.isdigit() and int(name) < len(node.items):
            node = node.items[int(name)]
            index = node.index
        else:
            return index
    return index


_ABOUT_NAMES = ("unknown_field", "unknown_locale")
