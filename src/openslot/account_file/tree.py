"""YAML text to a tree that knows its places, by the events of ruamel.yaml's parser."""

import re
import warnings
from collections.abc import Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from openslot.account_file.nodes import Mapping, Node, Scalar, Sequence
from openslot.kernel.errors import Fault

_DEEPEST = 40
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRING_TAGS = ("tag:yaml.org,2002:str", "!")


class UnreadableDocument(Exception):
    """Nothing can be made of a document, because of something at `index`."""

    def __init__(self, index: int, code: str, says: str) -> None:
        super().__init__(says)
        self.index = index
        self.fault = Fault("", code, says)


def tree_of(chunk: str, start: int) -> Node:
    """The tree of one document's text, `start` characters into its file.

    Raises:
        UnreadableDocument: it is not YAML, or uses what an account file cannot have.
    """
    builder = _Builder()
    for event in _events(chunk, start):
        builder.take(event, start + event.start_mark.index)
    if builder.root is None:
        raise UnreadableDocument(start, "empty", "the document is empty")
    return builder.root


class _Builder:
    """Puts each node into the list or mapping that is open."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self._open: list[tuple[Sequence | Mapping, str | None]] = []  # with their anchors
        self._keys: list[Node | None] = []  # the key of each open mapping that waits for a value
        self._anchors: dict[str, Node] = {}

    def take(self, event: Event, index: int) -> None:
        """Takes the next event, which is `index` characters into the file."""
        match event:
            case AliasEvent():
                if event.anchor not in self._anchors:
                    raise UnreadableDocument(
                        index, "syntax", f"no anchor &{event.anchor} comes before this"
                    )
                self._add(self._anchors[event.anchor], None)
            case ScalarEvent():
                _refuse_tag(event.tag, index)
                plain = event.style is None and event.tag is None
                self._add(Scalar(index, _joined(event.value, index), plain), event.anchor)
            case SequenceStartEvent() | MappingStartEvent():
                _refuse_tag(event.tag, index)
                if len(self._open) >= _DEEPEST:
                    says = "is nested deeper than anything in an account file"
                    raise UnreadableDocument(index, "syntax", says)
                is_list = isinstance(event, SequenceStartEvent)
                node = Sequence(index) if is_list else Mapping(index)
                self._open.append((node, event.anchor))
                self._keys.append(None)
            case SequenceEndEvent() | MappingEndEvent():
                # Known by its anchor only now: nothing can hold itself.
                node, anchor = self._open.pop()
                self._keys.pop()
                self._add(node, anchor)
            case _:
                pass  # begin and end of the document

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent, _ = self._open[-1]
        key = self._keys[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
        elif key is None:
            self._keys[-1] = node
        else:
            parent.pairs.append((key, node))
            self._keys[-1] = None


def _events(chunk: str, start: int) -> Iterator[Event]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an anchor that is used again for something else
            yield from YAML(typ="safe", pure=True).parse(chunk)
    except MarkedYAMLError as error:
        index, says = _explained(error, chunk)
        raise UnreadableDocument(start + index, "syntax", says) from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise UnreadableDocument(start, "syntax", f"is not YAML: {error}") from None


def _explained(error: MarkedYAMLError, chunk: str) -> tuple[int, str]:
    """Where a syntax error is, and what to do about it."""
    index = error.problem_mark.index if error.problem_mark else 0
    opened = error.context_mark.index if error.context_mark else index
    problem, context = error.problem or "it cannot be read", error.context or ""
    if chunk[index : index + 1] == "\t":
        return index, "is a tab; YAML is indented with spaces"
    for sign, at, says in (
        ("end of stream", opened, "the quote that opens here is not closed"),
        ("<stream end>", index, "a bracket that opens before this is not closed"),
        ("expected ','", index, "a `,` is missing before this, or a bracket is not closed"),
        ("<block end>", index, "does not fit what comes before; check its indentation"),
        ("expected ':'", opened, "a `:` is missing after the field's name"),
        (
            "mapping values",
            index,
            "a `:` cannot stand here; put the text in quotes, or fix the indentation",
        ),
        ("start any token", index, "a text cannot begin with this sign; put it in quotes"),
    ):
        if sign in problem:
            return at, says
    return index, f"is not YAML: {problem} {context}".rstrip()


def _joined(text: str, index: int) -> str:
    """A text whose characters beyond U+FFFF may be two escapes, as JSON writes them (RFC 8259 §7).

    Raises:
        UnreadableDocument: one of a pair stands alone, which is no character.
    """
    if not _SURROGATE.search(text):
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    alone = _SURROGATE.search(joined)
    if alone:
        says = (
            f"the text that begins here has \\u{ord(alone[0]):04x}, which is half a character; "
            "write the other half beside it, or the character itself"
        )
        raise UnreadableDocument(index, "syntax", says)
    return joined


def _refuse_tag(tag: str | None, index: int) -> None:
    if tag is not None and tag not in _STRING_TAGS:
        says = f"the type {tag} has no place in an account file; remove it"
        raise UnreadableDocument(index, "syntax", says)
