"""What an account file may say of messages, and what it is told when it may not."""

import json
from pathlib import Path
from typing import Any

import pytest

from openslot.account_file.checking import InvalidAccountFile, check

from .installation import Installation

MESSAGES: dict[str, Any] = {
    "senderName": "Gemeente Acme",
    "replyTo": "balie@acme.example",
    "smsSender": "Acme",
    "channels": {"booked": ["email", "sms"], "reminder": []},
    "quietHours": {"from": "21:00", "to": "08:00"},
    "calendar": {"title": {"en_US": "Appointment"}, "class": "PRIVATE"},
    "texts": [
        {"kind": "reminder", "channel": "sms", "locale": "nl_NL", "text": "Tot {{ date }}"},
        {
            "kind": "moved",
            "channel": "email",
            "locale": "en_US",
            "subject": "{{ service }} moved",
            "text": "From {{ previousDate }}\n{% if reference %}{{ reference }}{% endif %}",
        },
    ],
}


def faults(messages: Any) -> dict[str, str]:
    with pytest.raises(InvalidAccountFile) as refused:
        check({"account": "acme", "name": "Acme", "messages": messages})
    return {fault.field: fault.code for fault in refused.value.faults}


def test_it_is_exported_as_it_was_applied(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    document = {"account": "acme", "name": "Acme", "messages": MESSAGES}
    installation.apply(json.loads(json.dumps(document)))
    exported = installation.export("acme")
    assert exported["messages"] == MESSAGES
    assert installation.apply(exported).changes == ()
    del exported["messages"]
    installation.apply(exported)
    assert "messages" not in installation.export("acme")


def text(**more: Any) -> dict[str, Any]:
    """A text that can be taken, with something else in it."""
    good = {"kind": "booked", "channel": "email", "locale": "en_US", "subject": "s", "text": "t"}
    return {name: value for name, value in {**good, **more}.items() if value is not None}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ({"replyTo": "nobody"}, {"/messages/replyTo": "invalid_value"}),
        ({"smsSender": "far too long a name"}, {"/messages/smsSender": "pattern"}),
        ({"channels": {"booked": ["fax"]}}, {"/messages/channels/booked/0": "invalid_value"}),
        ({"quietHours": {"from": "21:00"}}, {"/messages/quietHours/to": "required"}),
        ({"calendar": {"class": "SECRET"}}, {"/messages/calendar/class": "invalid_value"}),
        ({"texts": [text(), text()]}, {"/messages/texts/1": "duplicate"}),
        ({"texts": [text(subject=None)]}, {"/messages/texts/0": "missing"}),
        (
            {"texts": [text(channel="sms", html="x")]},
            {
                "/messages/texts/0/subject": "invalid_value",
                "/messages/texts/0/html": "invalid_value",
            },
        ),
        *(
            ({"texts": [text(**{part: what})]}, {f"/messages/texts/0/{part}": "invalid_template"})
            for part, what in (
                ("text", "{{ phone }}"),
                ("text", "{{ date"),
                ("subject", "{{ 9 ** 9 }}"),
                ("text", "{{ previousDate }}"),
                ("html", "x" * 10_001),
            )
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_where_it_stands(
    messages: Any, expected: dict[str, str]
) -> None:
    assert faults(messages) == expected
