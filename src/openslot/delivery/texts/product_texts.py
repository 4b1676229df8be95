"""The product's own texts of messages, before they become plain text or HTML. Pure."""

from dataclasses import dataclass
from typing import Any

from openslot.delivery.model.message_kinds import BOOKED, CANCELLED, MOVED, REMINDER
from openslot.delivery.texts.facts import MessageFacts, variables
from openslot.delivery.texts.locales import own_words

_HEADINGS = {
    BOOKED: "Your appointment is confirmed",
    MOVED: "Your appointment has a new time",
    CANCELLED: "Your appointment is cancelled",
    REMINDER: "A reminder of your appointment",
}
_SUBJECTS = {
    BOOKED: "Confirmed: {what}",
    MOVED: "New time: {what}",
    CANCELLED: "Cancelled: {what}",
    REMINDER: "Reminder: {what}",
}


@dataclass(frozen=True, slots=True)
class ProductText:
    """What a message says, part by part; plain text and HTML show all of them."""

    subject: str
    heading: str
    greeting: str
    rows: list[tuple[str, str]]  # what it is called, and what it is
    action: str  # what the link is for; "": there is no link
    url: str
    sender: str


def product_text(kind: str, facts: MessageFacts) -> ProductText:
    """The text of a kind, in the language of the facts."""
    say = own_words(facts.locale)
    told = variables(kind, facts)
    name = " ".join(part for part in (facts.first_name, facts.last_name) if part)
    has_link = facts.manage_url != "" and kind != CANCELLED
    return ProductText(
        subject=_subject(kind, facts, told),
        heading=say(_HEADINGS[kind]),
        greeting=say("Hello {name},").replace("{name}", name) if name else say("Hello,"),
        rows=[(say(label), value) for label, value in _rows(kind, facts, told) if value],
        action=say("Move or cancel the appointment") if has_link else "",
        url=facts.manage_url if has_link else "",
        sender=facts.sender_name,
    )


def product_sms(kind: str, facts: MessageFacts) -> str:
    """The text of a kind in one sentence, with the customer's link where there is one."""
    sentence = _subject(kind, facts, variables(kind, facts))
    return f"{sentence} {facts.manage_url}" if facts.manage_url and kind != CANCELLED else sentence


def _subject(kind: str, facts: MessageFacts, told: dict[str, Any]) -> str:
    """What happened, service, date, time and branch."""
    what = f"{facts.service}, {told['date']}, {told['time']}, {facts.branch}"
    # The words come last: a value may hold braces too.
    before, after = own_words(facts.locale)(_SUBJECTS[kind]).split("{what}")
    return before + what + after


def _rows(kind: str, facts: MessageFacts, told: dict[str, Any]) -> list[tuple[str, str]]:
    place = ", ".join(part for part in (facts.branch, facts.address) if part)
    previous = f"{told['previousDate']}, {told['previousTime']}" if kind == MOVED else ""
    return [
        ("Service", facts.service),
        ("Date", told["date"]),
        ("Time", f"{told['time']} – {told['endTime']}"),
        ("Before", previous),
        ("Place", place),
        ("With", ", ".join(facts.resources)),
        ("People", str(facts.party) if facts.party > 1 else ""),
        ("Reference", facts.reference),
    ]
