"""An appointment that messages tell of."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openslot.delivery.texts.facts import MessageFacts
from openslot.kernel.clock import Minute, minute_of

URL = "https://book.example/manage/abc?x=1&y=2"


def minute(text: str) -> Minute:
    """The minute of an instant in UTC."""
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


_FACTS = MessageFacts(
    locale="en_US",
    zone=ZoneInfo("Europe/Amsterdam"),
    start=minute("2027-01-12T09:00"),
    end=minute("2027-01-12T09:30"),
    previous_start=None,
    party=1,
    account="Acme",
    sender_name="Gemeente Acme",
    branch="Town hall",
    address="Main street 1, 1234 AB Acme",
    service="Passport",
    resources=("Desk 1", "Ann"),
    first_name="Jo",
    last_name="Doe",
    reference="AB12",
    manage_url="",
)


def facts(**other: Any) -> MessageFacts:
    """Jo Doe gets a passport at the town hall on 12 January 2027 at 10."""
    return replace(_FACTS, **other)
