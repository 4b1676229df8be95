"""What was sent to a webhook, as rows of a table."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from openslot.delivery.model.webhook_delivery import DELIVERED, QUEUED, WebhookDelivery
from openslot.kernel.clock import millis_of
from openslot.web.console.frame.account_items.account_times import AccountTimes
from openslot.web.page_kit.language.vocabulary import Words


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt: when, and what came of it."""

    at: str
    outcome: str
    milliseconds: int
    body: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One event on its way, or there."""

    id: str
    type: str
    made: str
    status: str
    is_bad: bool
    next_attempt: str
    headers: Sequence[tuple[str, str]]
    body: str
    attempts: Sequence[AttemptLine]


def status_names(words: Words) -> dict[str, str]:
    """The states by what the API calls them."""
    return {
        "queued": words.say("Queued"),
        "delivered": words.say("Delivered"),
        "failed": words.say("Failed"),
        "dropped": words.say("Dropped"),
    }


def delivery_rows(
    words: Words, times: AccountTimes, deliveries: Iterable[WebhookDelivery]
) -> list[DeliveryRow]:
    """The rows, in the order of the deliveries."""
    names = status_names(words)
    return [
        DeliveryRow(
            one.id,
            one.type,
            times.text(one.created_at),
            names[one.status],
            one.status not in (DELIVERED, QUEUED),
            "" if one.due_at is None else times.text(one.due_at),
            sorted((one.headers or {}).items()),
            _indented(one.body),
            [_attempt(words, times, attempt) for attempt in one.attempts],
        )
        for one in deliveries
    ]


def _attempt(words: Words, times: AccountTimes, attempt: object) -> AttemptLine:
    assert isinstance(attempt, dict)  # noqa: S101  (as it is stored)
    status, error = attempt["status"], attempt["error"]
    said = words.say("no answer ({reason})", reason=error) if status is None else str(status)
    at = millis_of(datetime.fromisoformat(attempt["at"]))
    return AttemptLine(times.text(at), said, attempt["milliseconds"], attempt["body"] or "")


def _indented(body: str) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
