"""Reading account files: YAML text in, one document after another out, each with its faults.

A document that cannot be read does not hide the others: YAML ends a document wherever a line
begins with `---` (YAML 1.2 §9.1.2), so the text is cut there first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from openslot.account_file.checking import InvalidAccountFile, check
from openslot.account_file.document import AccountDocument
from openslot.account_file.nodes import Node, Plain, TooMuch, index_of
from openslot.account_file.tree import UnreadableDocument, tree_of
from openslot.delivery.outbound.addresses import PUBLIC_INTERNET, Reach
from openslot.kernel.errors import Fault

MOST_BYTES = 4 * 1024 * 1024
_DOCUMENT_START = re.compile(r"^---(?=\s|$)", re.MULTILINE)
# What YAML 1.2 §5.1 allows in a file, as ruamel.yaml reads it.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One fault and its place."""

    file: str
    line: int  # 1 is the first
    column: int  # 1 is the first character
    fault: Fault

    def __str__(self) -> str:
        """`file:line:column: message`, as editors read it."""
        return f"{self.file}:{self.line}:{self.column}: {self.fault.detail}"


@dataclass(frozen=True, slots=True)
class DocumentSource:
    """One document of a file: an account, or the mistakes in it."""

    file: str
    line: int  # where it begins
    document: AccountDocument | None
    mistakes: tuple[Mistake, ...]


def read(content: bytes, file: str, reach: Reach = PUBLIC_INTERNET) -> list[DocumentSource]:
    """Every document of a file, checked. `file` is what error messages call it.

    `reach` says which addresses webhooks may have.
    """
    try:
        text = _decoded(content)
        chunks = [c for c in _chunks(text) if c[1]]
        if not chunks:
            raise UnreadableDocument(
                0, "empty", "the file is empty; an account file begins `account: NAME`"
            )
    except UnreadableDocument as refusal:
        text = content.decode("utf-8", "replace")
        mistake = _mistake(text, file, refusal.index, refusal.fault)
        return [DocumentSource(file, 1, None, (mistake,))]
    return [_source(text, start, chunk, file, reach) for start, chunk in chunks]


def _source(text: str, start: int, chunk: str, file: str, reach: Reach) -> DocumentSource:
    line = text.count("\n", 0, start) + 1
    try:
        root = tree_of(chunk, start)
        document, faults = _checked(root, reach)
    except UnreadableDocument as refusal:
        mistake = _mistake(text, file, refusal.index, refusal.fault)
        return DocumentSource(file, line, None, (mistake,))
    mistakes = tuple(
        _mistake(text, file, index, fault)
        for index, fault in sorted(faults, key=lambda f: (f[0], f[1].detail))
    )
    return DocumentSource(file, line, None if mistakes else document, mistakes)


def _checked(root: Node, reach: Reach) -> tuple[AccountDocument | None, list[tuple[int, Fault]]]:
    plain = Plain()
    try:
        data = plain.of(root)
    except TooMuch:
        raise UnreadableDocument(
            root.index,
            "too_large",
            "its aliases expand to too many values; write them out, or use fewer",
        ) from None
    try:
        return check(data, reach), plain.faults
    except InvalidAccountFile as error:
        return None, plain.faults + [(index_of(root, fault), fault) for fault in error.faults]


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise UnreadableDocument(
            0, "too_large", f"the file is larger than {MOST_BYTES // 1024} KiB; split it"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = len(content[: error.start].decode("utf-8", "replace"))
        raise UnreadableDocument(
            before, "encoding", "is not UTF-8; save the file as UTF-8"
        ) from None
    strange = _UNPRINTABLE.search(text)
    if strange:
        says = f"the character U+{ord(strange[0]):04X} is not allowed in YAML; remove it"
        raise UnreadableDocument(strange.start(), "syntax", says)
    return text


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The documents as (characters before it, its text); text "" where there is only a comment."""
    starts = [0, *(match.start() for match in _DOCUMENT_START.finditer(text))]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        chunk = text[start:end]
        says = [line for line in chunk.removeprefix("---").splitlines() if _says_something(line)]
        if not says:
            chunk = ""
        elif not chunk.startswith("---") and all(line.startswith("%") for line in says):
            chunk = ""  # directives before the first document: nothing here depends on them
        yield start, chunk


def _says_something(line: str) -> bool:
    stripped = line.strip()
    return bool(stripped) and not stripped.startswith("#") and stripped != "..."


def _mistake(text: str, file: str, index: int, fault: Fault) -> Mistake:
    line = text.count("\n", 0, index) + 1
    column = index - (text.rfind("\n", 0, index) + 1) + 1
    return Mistake(file, line, column, fault)
