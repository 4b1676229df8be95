"""The form of what the account file's block `messages` says, apart from its texts. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.delivery.model.message_kinds import EMAIL, MESSAGE_KINDS
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.localized_fields import text_values, typed_text

Block = Mapping[str, Any]

CLASSES = ("PUBLIC", "PRIVATE", "CONFIDENTIAL")  # RFC 5545 §3.8.1.3
_TEXTS = ("senderName", "replyTo", "smsSender")
_DEFAULT_CHANNELS = [EMAIL]
FIELDS = {  # where in an account what stands that a field shows
    **{f"/messages/{name}": name for name in _TEXTS},
    **{f"/messages/channels/{kind}": f"channels-{kind}" for kind in MESSAGE_KINDS},
    "/messages/quietHours/to": "quietUntil",
    "/messages/quietHours": "quietFrom",
    "/messages/calendar/title": "calendarTitle",
    "/messages/calendar/class": "calendarClass",
}


def stored_values(block: Block | None, locales: Sequence[str]) -> dict[str, str | Sequence[str]]:
    """The values of the fields."""
    messages: Block = {} if block is None else block
    channels, quiet = messages.get("channels", {}), messages.get("quietHours") or {}
    calendar = messages.get("calendar") or {}
    return {
        **{name: messages.get(name, "") for name in _TEXTS},
        **{f"channels-{kind}": channels.get(kind, _DEFAULT_CHANNELS) for kind in MESSAGE_KINDS},
        "quietFrom": quiet.get("from", ""),
        "quietUntil": quiet.get("to", ""),
        "calendarClass": calendar.get("class", CLASSES[0]),
        **text_values("calendarTitle", calendar.get("title", ""), locales),
    }


def changed_block(
    block: Block | None, form: FieldPairs, locales: Sequence[str]
) -> dict[str, Any] | None:
    """The block with what the form says; None: it says nothing any more."""
    typed = {kind: form.all(f"channels-{kind}") for kind in MESSAGE_KINDS}
    quiet = {"from": form.one("quietFrom").strip(), "to": form.one("quietUntil").strip()}
    title, class_ = typed_text("calendarTitle", form, locales), form.one("calendarClass")
    wanted = {
        **({} if block is None else block),
        **{name: form.one(name).strip() for name in _TEXTS},
        "channels": {k: ways for k, ways in typed.items() if ways != _DEFAULT_CHANNELS},
        "quietHours": {name: time for name, time in quiet.items() if time},
        "calendar": {
            **({"title": title} if title else {}),
            **({"class": class_} if class_ != CLASSES[0] else {}),
        },
    }
    return {name: value for name, value in wanted.items() if value} or None
