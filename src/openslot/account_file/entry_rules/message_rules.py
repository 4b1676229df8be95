"""The rules for an account's own texts of messages: what cannot be sent is refused when written."""

from collections.abc import Iterator
from typing import Any

from openslot.account_file.faults import pointer_of
from openslot.account_file.tolerant import mapping, mappings
from openslot.delivery.model.message_kinds import EMAIL, MESSAGE_KINDS, SMS
from openslot.delivery.texts.own_texts import fault_of_text
from openslot.kernel.errors import Fault

Path = tuple[str | int, ...]


def broken_rules(document: dict[str, Any]) -> Iterator[Fault]:
    """What is wrong with the texts of a document, and between them."""
    messages = mapping(document.get("messages"))
    seen: set[tuple[Any, ...]] = set()
    for position, entry in mappings(messages, "texts"):
        path = ("messages", "texts", position)
        place = (entry.get("kind"), entry.get("channel"), entry.get("locale"))
        if place in seen:
            yield _fault(path, "duplicate", "another text has this kind, channel and locale")
        seen.add(place)
        yield from _parts(entry, path)
        yield from _templates(entry, path)


def _parts(entry: dict[str, Any], path: Path) -> Iterator[Fault]:
    channel, has_subject = entry.get("channel"), entry.get("subject") is not None
    if channel == EMAIL and not has_subject:
        yield _fault(path, "missing", "a mail needs a `subject`")
    for name in ("subject", "html"):
        if channel == SMS and entry.get(name) is not None:
            yield _fault((*path, name), "invalid_value", f"an SMS has no `{name}`; remove it")


def _templates(entry: dict[str, Any], path: Path) -> Iterator[Fault]:
    kind = entry.get("kind")
    if kind not in MESSAGE_KINDS:
        return
    for name in ("subject", "text", "html"):
        text = entry.get(name)
        found = fault_of_text(kind, text) if isinstance(text, str) else None
        if found is not None:
            where = f"line {found.line}, column {found.column}"
            yield _fault((*path, name), "invalid_template", f"`{name}`, {where}: {found.detail}")


def _fault(path: Path, code: str, detail: str) -> Fault:
    return Fault(pointer_of(path), code, detail)
