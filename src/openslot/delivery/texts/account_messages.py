"""What an account sets for the look of its messages. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.delivery.texts.own_texts import AccountText


@dataclass(frozen=True, slots=True)
class AccountMessages:
    """Who messages are from, what calendars show, and the account's own texts."""

    sender_name: str  # "": the account's name
    answers_to: str  # "": nobody else
    sms_sender: str  # "": the installation's
    calendar_title: str | Mapping[str, str] | None  # None: service and branch
    visibility: str  # RFC 5545 §3.8.1.3
    texts: tuple[AccountText, ...]


def account_messages(account: Mapping[str, Any]) -> AccountMessages:
    """Those of an account, of what its row holds."""
    content: Mapping[str, Any] = account.get("messages") or {}
    calendar = content.get("calendar") or {}
    return AccountMessages(
        sender_name=content.get("senderName") or "",
        answers_to=content.get("replyTo") or "",
        sms_sender=content.get("smsSender") or "",
        calendar_title=calendar.get("title"),
        visibility=calendar.get("class") or "PUBLIC",
        texts=tuple(_text(entry) for entry in content.get("texts") or ()),
    )


def _text(entry: Mapping[str, Any]) -> AccountText:
    return AccountText(
        kind=entry["kind"],
        channel=entry["channel"],
        locale=entry["locale"],
        subject=entry.get("subject") or "",
        text=entry["text"],
        html=entry.get("html"),
    )
