"""Whether a message still holds at the moment when it shall leave. Pure.

Source: the contract's sections on messages to the customer, and on reminders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from openslot.delivery.messages.consequences import dropped
from openslot.delivery.messages.reminders import is_too_late
from openslot.delivery.messages.telling import is_same_visit, kind_due
from openslot.delivery.model.message import (
    CANCELLED,
    ERASED,
    NO_RECIPIENT,
    SUPERSEDED,
    TOO_LATE,
    UNDONE,
    Message,
    ToldState,
)
from openslot.delivery.model.message_kinds import REMINDER
from openslot.kernel.clock import Millis
from openslot.scheduling.model import appointment as statuses


@dataclass(frozen=True, slots=True)
class Present:
    """How an appointment stands at this moment, and how its customer is reached."""

    state: ToldState | None  # None: it is not there any more, or its person was erased
    recipients: Mapping[str, str]  # an address by channel
    language: str
    now: Millis  # by the account's clock
    real_now: Millis


def judged(message: Message, others: Sequence[Message], present: Present) -> Message:
    """A message as it may leave now, or dropped; `others` are those of the same appointment."""
    now, state = present.now, present.state
    if state is None:
        return replace(dropped(message, ERASED, now), recipient=None)
    is_reminder = message.kind == REMINDER
    reason = (_against_reminder if is_reminder else _against_news)(message, state, now)
    recipient = present.recipients.get(message.channel)
    if reason is None and recipient is None:
        reason = NO_RECIPIENT
    if reason is not None:
        return dropped(message, reason, now)
    message = replace(message, recipient=recipient, language=present.language)
    if is_reminder or message.resent:
        return message
    return _of_right_kind(message, others, present)


def is_given_up(message: Message, now: Millis) -> bool:
    """Whether it waited for an attempt until it is of no use: 3 days, or the appointment is over.

    A reminder is judged by how late it is, and what was to leave after that is not late.
    """
    return message.kind != REMINDER and message.planned_at <= message.until < now


def _against_news(message: Message, state: ToldState, _: Millis) -> str | None:
    """Why a message of a change does not hold any more; None: it does."""
    is_cancelled = state.status == statuses.CANCELLED
    if is_cancelled != (message.state.status == statuses.CANCELLED):
        return SUPERSEDED
    if not is_cancelled and state.status != statuses.CONFIRMED:
        return UNDONE
    return None if is_same_visit(message.state, state) else SUPERSEDED


def _against_reminder(message: Message, state: ToldState, now: Millis) -> str | None:
    if state.status == statuses.CANCELLED:
        return CANCELLED
    if state.status != statuses.CONFIRMED:
        return UNDONE
    if (state.start, state.branch_id) != (message.state.start, message.state.branch_id):
        return SUPERSEDED
    return TOO_LATE if is_too_late(message.planned_at, state.start, now) else None


def _of_right_kind(message: Message, others: Sequence[Message], present: Present) -> Message:
    """It, of the kind that is right after what left before; dropped, if nothing is to be told."""
    # The same news by another channel is not told before.
    before = [one for one in others if one.version != message.version]
    kind, _ = kind_due(before, message.state, present.real_now)
    if kind is None:
        return dropped(message, UNDONE, present.now)
    return replace(message, kind=kind)
