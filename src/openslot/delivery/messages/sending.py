"""Messages are taken for sending, and what came of it is written down, in transactions.

The sending lies in between, in none. Whether a message still holds is read again in the
transaction that takes it: what was changed meanwhile, and is not dispatched yet, counts too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog

from openslot.delivery import sandbox
from openslot.delivery.messages.codes import forget_done, judged_code
from openslot.delivery.messages.consequences import dropped
from openslot.delivery.messages.judging import Present, is_given_up, judged
from openslot.delivery.messages.planning import language_of, recipients_of, state_of
from openslot.delivery.model.message import (
    FAILED,
    QUEUED,
    SENT,
    SUPERSEDED,
    TOO_LATE,
    WAITING,
    Message,
)
from openslot.delivery.model.message_kinds import CODE, REMINDER
from openslot.delivery.model.outcome import Result
from openslot.delivery.model.retry_schedule import RetrySchedule
from openslot.delivery.model.send_outcome import SendOutcome
from openslot.delivery.store import message_queue
from openslot.delivery.store import messages as store
from openslot.scheduling.booking import appointments
from openslot.scheduling.model.appointment import Appointment
from openslot.storage.transactions import AccountTx

_LONGEST_DETAIL = 1000
_MORE_LOOKED_AT = 7  # some may not hold any more
_NOT_IN_TIME = "it could not be sent in time"


@dataclass(frozen=True, slots=True)
class MessageSchedule:
    """What an installation sets for sending."""

    retries: RetrySchedule
    lease_ms: int


def take(
    tx: AccountTx, channel: str, most: int, schedule: MessageSchedule
) -> list[tuple[Message, Appointment | None]]:
    """Takes messages that are due, for as long as a lease, with their appointments.

    A code has none. Those that no longer hold are dropped.
    """
    if tx.account.suspended_at is not None:
        return []
    tx.lock("events", ("",))  # nothing is dispatched meanwhile, and nobody else takes the same
    due = message_queue.due(tx, channel, most + _MORE_LOOKED_AT)
    if not due:
        return []
    of_booking: dict[str, list[Message]] = {one.booking_id: [] for one in due}
    for message in store.of_bookings(tx, of_booking):
        of_booking[message.booking_id].append(message)
    present = {one.id: one for one in appointments.by_ids(tx, of_booking)}
    taken: list[tuple[Message, Appointment | None]] = []
    changed = []
    for message in due:
        if len(taken) == most:
            break
        appointment = present.get(message.booking_id)
        others = [one for one in of_booking[message.booking_id] if one.id != message.id]
        if any(o.channel == channel and o.is_in_hand(tx.real_now) for o in others):
            continue  # one after another; this one is looked at again
        ready = _judged(tx, message, others, appointment)
        if ready.is_pending and (appointment is not None or message.kind == CODE):
            until = tx.real_now + schedule.lease_ms
            ready = replace(
                ready,
                status=QUEUED,
                at=tx.now if message.status == WAITING else message.at,
                leased_until=until,
            )
            taken.append((ready, appointment))
        changed.append(ready)
        of_booking[message.booking_id] = [*others, ready]
    store.update_each(tx, changed)
    forget_done(tx, [one for one in changed if one.kind == CODE and not one.is_pending])
    return taken


def _judged(
    tx: AccountTx, message: Message, others: Sequence[Message], appointment: Appointment | None
) -> Message:
    """It as it may leave now; dropped or failed, when it may not any more."""
    if message.kind == CODE:
        return judged_code(message, tx.now)
    # In a sandbox nobody waits for a server: what a clock set forward has passed did leave in time.
    if is_given_up(message, tx.now) and not tx.account.sandbox:
        detail = message.detail or _NOT_IN_TIME
        return replace(message, status=FAILED, detail=detail, at=tx.now, due_at=None)
    ready = judged(message, others, _present(tx, appointment))
    if ready.detail == TOO_LATE:
        _say_too_late(tx, ready)
    return ready


def note(
    tx: AccountTx,
    message: Message,
    outcome: SendOutcome,
    schedule: MessageSchedule,
    recorded: Mapping[str, Any] | None = None,
) -> Result:
    """Writes down what came of an attempt; returns what follows.

    `recorded` is what would have left: in a sandbox account nothing has.
    """
    tx.lock("events", ("",))
    stored = store.by_id(tx, message.id)
    result = outcome.result
    if stored is None or not stored.is_pending:  # its person was erased meanwhile
        return result
    attempts = stored.attempts + 1
    detail = outcome.detail[:_LONGEST_DETAIL] if outcome.detail else None
    done = replace(
        stored, detail=detail, at=tx.now, due_at=None, leased_until=None, attempts=attempts
    )
    if result is Result.DELIVERED:
        done = replace(done, status=SENT)
        if recorded is not None:
            content = {"to": stored.recipient, **recorded}
            of_booking = "" if done.kind == CODE else done.booking_id
            sandbox.record(tx, done.id, done.kind, done.channel, of_booking, content)
    elif result is Result.FAILED:
        done = replace(done, status=FAILED)
    else:
        done = _tried_again(tx, done, outcome, schedule)
        result = Result.FAILED if done.status == FAILED else result
    if done.kind == CODE and not done.is_pending:
        forget_done(tx, [done])
    else:
        store.update_each(tx, [done])
    return result


def give_back(tx: AccountTx, taken: Sequence[Message]) -> None:
    """Lets others have what was taken and not begun."""
    present = {one.id: one for one in store.of_bookings(tx, {m.booking_id for m in taken})}
    store.update_each(
        tx,
        [
            replace(present[one.id], leased_until=None)
            for one in taken
            if one.id in present and present[one.id].leased_until == one.leased_until
        ],
    )


def _tried_again(
    tx: AccountTx, message: Message, outcome: SendOutcome, schedule: MessageSchedule
) -> Message:
    """It at its next time; failed, when that is too late; dropped, when a later one is there."""
    later = [
        one
        for one in store.of_bookings(tx, [message.booking_id])
        if one.id > message.id
        and one.kind != REMINDER
        and one.channel == message.channel
        and one.is_pending
    ]
    if later and message.kind != REMINDER:
        return dropped(message, SUPERSEDED, tx.now)
    pause = schedule.retries.pause_seconds(message.attempts, outcome.retry_after_seconds)
    due_at = None if pause is None else tx.now + round(pause * 1000)
    if due_at is None or due_at > message.until:
        return replace(message, status=FAILED)
    return replace(message, status=QUEUED, due_at=due_at)


def _present(tx: AccountTx, appointment: Appointment | None) -> Present:
    is_there = appointment is not None and appointment.customer is not None
    return Present(
        state=state_of(appointment) if appointment is not None and is_there else None,
        recipients=recipients_of(appointment),
        language=language_of(tx, appointment),
        now=tx.now,
        real_now=tx.real_now,
    )


def _say_too_late(tx: AccountTx, message: Message) -> None:
    structlog.get_logger("openslot.delivery").warning(
        "a reminder was dropped: it is too late", message=message.id, account=tx.account.name
    )
