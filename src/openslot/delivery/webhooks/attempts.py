"""Attempts to tell a webhook of events: taken up, and written down, in transactions of their own.

The request itself lies in between, in no transaction. A process that dies there has written
nothing down, and what it had in hand is taken up again when its lease ends: at least once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from openslot.delivery.model.outcome import Result
from openslot.delivery.model.retry_schedule import RetrySchedule, retry_after
from openslot.delivery.model.webhook import FAILING, GONE, Webhook
from openslot.delivery.model.webhook_delivery import (
    DELIVERED,
    FAILED,
    QUEUED,
    STATUS,
    WebhookDelivery,
)
from openslot.delivery.store import delivery_queue, webhook_secrets, webhooks
from openslot.delivery.webhooks.secrets import signing_keys
from openslot.delivery.webhooks.webhooks import disable
from openslot.kernel.clock import Millis, instant_text
from openslot.storage.transactions import AccountTx

if TYPE_CHECKING:
    from openslot.delivery.outbound.requests import Exchange

AT_A_TIME = 8  # attempts of one webhook
_AT_A_TIME_AFTER_FAILURES = 1
FAILURES_IN_A_ROW = 5  # until then it is trusted
_GONE = 410  # RFC 9110 §15.5.11
_USED_STEP_MS = 10_000


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """What an installation sets for attempts."""

    schedule: RetrySchedule
    lease_ms: int
    disable_after_ms: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request that was made, and what came of it."""

    delivery: WebhookDelivery
    url: str  # where it went
    at: Millis
    headers: dict[str, str]
    exchange: "Exchange"

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has heard."""
        return self.exchange.status is not None and 200 <= self.exchange.status < 300


@dataclass(frozen=True, slots=True)
class Taken:
    """What is to be sent now, where, and what signs it."""

    url: str
    keys: Sequence[bytes]  # the newest first
    deliveries: Sequence[WebhookDelivery]


def exchange(
    tx: AccountTx, webhook_id: str, made: Sequence[Attempt], rules: WebhookRules, webhook_key: bytes
) -> tuple[Taken | None, list[Result]]:
    """Writes attempts down and takes up what comes next; None: nothing, at the moment.

    Also returns what followed from each attempt.
    """
    tx.lock("webhook", (webhook_id,))
    webhook = webhooks.by_id(tx, webhook_id)
    if webhook is None:
        return None, [Result.FAILED for _ in made]
    results = _note(tx, webhook, made, rules) if made else []
    return _take(tx, webhook_id, rules, webhook_key), results


def give_back(tx: AccountTx, deliveries: Sequence[WebhookDelivery]) -> None:
    """Lets others have what was taken up and not begun."""
    for delivery in deliveries:
        delivery_queue.give_back(tx, delivery.id)


def renew(tx: AccountTx, delivery: WebhookDelivery, rules: WebhookRules) -> None:
    """Goes on keeping others from what is under way."""
    delivery_queue.renew(tx, delivery.id, tx.real_now + rules.lease_ms)


def _take(tx: AccountTx, webhook_id: str, rules: WebhookRules, webhook_key: bytes) -> Taken | None:
    webhook = webhooks.by_id(tx, webhook_id)
    if webhook is None or not webhook.content.active or tx.account.suspended_at is not None:
        return None
    most = AT_A_TIME if webhook.failures < FAILURES_IN_A_ROW else _AT_A_TIME_AFTER_FAILURES
    room = most - delivery_queue.in_hand(tx, webhook_id)
    if room <= 0:
        return None
    found = delivery_queue.lease(tx, webhook_id, tx.real_now + rules.lease_ms, room)
    if not found:
        return None
    secrets = webhook_secrets.of_webhook(tx, webhook_id)
    return Taken(webhook.content.url, signing_keys(webhook_key, secrets), found)


def _note(
    tx: AccountTx, webhook: Webhook, made: Sequence[Attempt], rules: WebhookRules
) -> list[Result]:
    failures, failing_since = webhook.failures, webhook.failing_since
    last_success_at = webhook.last_success_at
    results = [_note_one(tx, attempt, rules) for attempt in made]
    # What a former address has answered says nothing of the present one.
    here = [attempt for attempt in made if attempt.url == webhook.content.url]
    for attempt in here:
        if attempt.succeeded:
            failures, failing_since, last_success_at = 0, None, attempt.at
        else:
            failures += 1
            failing_since = attempt.at if failing_since is None else failing_since
    webhooks.note(tx, webhook.id, failures, failing_since, last_success_at)
    if any(attempt.succeeded for attempt in made):
        webhook_secrets.set_used(tx, webhook.id, tx.real_now, _USED_STEP_MS)
    if not webhook.content.active or not here:
        return results
    if any(attempt.exchange.status == _GONE for attempt in here):
        disable(tx, webhook, GONE)
    elif failing_since is not None and here[-1].at - failing_since >= rules.disable_after_ms:
        disable(tx, webhook, FAILING)
    return results


def _note_one(tx: AccountTx, attempt: Attempt, rules: WebhookRules) -> Result:
    delivery, answer = attempt.delivery, attempt.exchange
    error = None if attempt.succeeded else answer.error or STATUS
    line: dict[str, Any] = {
        "at": instant_text(attempt.at),
        "status": answer.status,
        "error": error,
        "milliseconds": answer.milliseconds,
        "body": answer.body,
    }
    result, status, due_at = Result.DELIVERED, DELIVERED, None
    if not attempt.succeeded:
        wished = retry_after(answer.retry_after, datetime.fromtimestamp(tx.real_now / 1000, UTC))
        pause = rules.schedule.pause_seconds(delivery.tries + 1, wished)
        if pause is None:
            result, status = Result.FAILED, FAILED
        else:
            result, status = Result.RETRIED, QUEUED
            due_at = tx.real_now + round(pause * 1000)
    delivery_queue.note(tx, delivery, line, attempt.headers, status=status, due_at=due_at)
    return result
