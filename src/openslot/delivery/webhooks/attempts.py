"""Attempts to tell a webhook of events: taken up, and written down, in transactions of their own.

The request itself lies in between, in no transaction. A process that dies there has written
nothing down, and what it had in hand is taken up again when its lease ends: at least once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from openslot.delivery.model.outcome import Result
from openslot.delivery.model.retry_schedule import RetrySchedule, retry_after
from openslot.delivery.model.webhook import FAILING, GONE, Webhook, WebhookSecret
from openslot.delivery.model.webhook_delivery import (
    DELIVERED,
    FAILED,
    QUEUED,
    STATUS,
    NotedAttempt,
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
    secrets, results = webhook_secrets.of_webhook(tx, webhook_id), list[Result]()
    if made:
        webhook, results = _note(tx, webhook, secrets, made, rules)
    deliveries = _lease(tx, webhook, rules)
    if not deliveries:
        return None, results
    return Taken(webhook.content.url, signing_keys(webhook_key, secrets), deliveries), results


def give_back(tx: AccountTx, deliveries: Sequence[WebhookDelivery]) -> None:
    """Lets others have what was taken up and not begun."""
    for delivery in deliveries:
        delivery_queue.give_back(tx, delivery.id)


def renew(tx: AccountTx, delivery: WebhookDelivery, rules: WebhookRules) -> None:
    """Goes on keeping others from what is under way."""
    delivery_queue.renew(tx, delivery.id, tx.real_now + rules.lease_ms)


def _lease(tx: AccountTx, webhook: Webhook, rules: WebhookRules) -> list[WebhookDelivery]:
    if not webhook.content.active or tx.account.suspended_at is not None:
        return []
    most = AT_A_TIME if webhook.failures < FAILURES_IN_A_ROW else _AT_A_TIME_AFTER_FAILURES
    room = most - delivery_queue.in_hand(tx, webhook.id)
    if room <= 0:
        return []
    return delivery_queue.lease(tx, webhook.id, tx.real_now + rules.lease_ms, room)


def _note(
    tx: AccountTx,
    webhook: Webhook,
    secrets: Sequence[WebhookSecret],
    made: Sequence[Attempt],
    rules: WebhookRules,
) -> tuple[Webhook, list[Result]]:
    """Writes attempts down; returns the webhook as it is then, and what followed from each."""
    followed = [_followed(attempt, rules, tx.real_now) for attempt in made]
    delivery_queue.note_each(tx, [noted for noted, _ in followed])
    # What a former address has answered says nothing of the present one.
    here = [attempt for attempt in made if attempt.url == webhook.content.url]
    for attempt in here:
        webhook = _judged(webhook, attempt)
    webhooks.note(tx, webhook.id, webhook.failures, webhook.failing_since, webhook.last_success_at)
    used_before = tx.real_now - _USED_STEP_MS
    is_stale = any(s.last_used_at is None or s.last_used_at < used_before for s in secrets)
    if is_stale and any(attempt.succeeded for attempt in made):
        webhook_secrets.set_used(tx, webhook.id, tx.real_now, used_before)
    reason = _reason_to_disable(webhook, here, rules)
    if reason is not None:
        disable(tx, webhook, reason)
        webhook = replace(webhook, content=replace(webhook.content, active=False))
    return webhook, [result for _, result in followed]


def _judged(webhook: Webhook, attempt: Attempt) -> Webhook:
    """How a webhook does after one more attempt."""
    if attempt.succeeded:
        return replace(webhook, failures=0, failing_since=None, last_success_at=attempt.at)
    since = attempt.at if webhook.failing_since is None else webhook.failing_since
    return replace(webhook, failures=webhook.failures + 1, failing_since=since)


def _reason_to_disable(
    webhook: Webhook, here: Sequence[Attempt], rules: WebhookRules
) -> str | None:
    if not webhook.content.active or not here:
        return None
    if any(attempt.exchange.status == _GONE for attempt in here):
        return GONE
    since = webhook.failing_since
    if since is not None and here[-1].at - since >= rules.disable_after_ms:
        return FAILING
    return None


def _followed(
    attempt: Attempt, rules: WebhookRules, real_now: Millis
) -> tuple[NotedAttempt, Result]:
    """What is written down of an attempt, and what follows from it."""
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
        wished = retry_after(answer.retry_after, datetime.fromtimestamp(real_now / 1000, UTC))
        pause = rules.schedule.pause_seconds(delivery.tries + 1, wished)
        if pause is None:
            result, status = Result.FAILED, FAILED
        else:
            result, status = Result.RETRIED, QUEUED
            due_at = real_now + round(pause * 1000)
    return NotedAttempt(delivery, line, attempt.headers, status, due_at), result
