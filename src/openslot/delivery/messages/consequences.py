"""What an act on an appointment leads to: messages that are planned, and others dropped. Pure.

Source: the contract's sections on messages to the customer, and on reminders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from openslot.delivery.messages.message_rules import MessageRules
from openslot.delivery.messages.reminders import reminder_due, rules_of
from openslot.delivery.messages.telling import is_same_visit, kind_due
from openslot.delivery.model.message import (
    BOUNCED,
    CANCELLED,
    DROPPED,
    ERASED,
    FAILED,
    QUEUED,
    SENT,
    SUPERSEDED,
    UNDONE,
    WAITING,
    Message,
    ToldState,
)
from openslot.delivery.model.message_kinds import MOVED, REMINDER
from openslot.kernel.actor import IMPORT, STAFF
from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.kernel.ids import new_id
from openslot.scheduling.model import appointment as statuses

_NEWS = {f"appointment.{change}" for change in ("booked", "moved", "cancelled", "restored")}
_ERASED = "appointment.erased"
_UPDATED = "appointment.updated"
_GIVEN_UP_AFTER_MS = 3 * 86_400_000


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was done to an appointment, and how it stands since."""

    booking_id: str
    version: int  # of the appointment, as the act made it
    type: str
    at: Millis
    side: str
    notified: bool  # false: whoever did it wants nobody to be told
    state: ToldState


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else decides: whom to tell, where, and by which rules."""

    recipients: Mapping[str, str]  # an address by channel
    language: str
    zone: ZoneInfo | None  # None: there is no data for it any more
    services: Sequence[Mapping[str, Any]]  # their documents
    rules: MessageRules
    real_now: Millis  # by which leases count


def consequences(present: Sequence[Message], act: Act, around: Surroundings) -> list[Message]:
    """The messages of an appointment after an act, those of before in their order first."""
    if act.type == _ERASED:
        return [erased(one, act.at) for one in present]
    if act.type == _UPDATED:
        # Whoever had no address when they booked may have one now.
        if any(one.kind == REMINDER for one in present):
            return list(present)
        return [*present, *_reminders(present, act, around)]
    told, news = _told_of_change(present, act, around)
    after = _dropped_reminders(told, act, around.real_now)
    return [*after, *news, *_reminders(after, act, around)]


def dropped(message: Message, reason: str, now: Millis) -> Message:
    """A message that will not leave any more; what was begun may have left already."""
    return replace(message, status=DROPPED, detail=reason, at=now, due_at=None)


def erased(message: Message, now: Millis) -> Message:
    """A message of a person who was erased."""
    if message.is_pending:
        message = dropped(message, ERASED, now)
    words = message.detail if message.status == DROPPED else None
    return replace(message, recipient=None, detail=words)


def _told_of_change(
    present: Sequence[Message], act: Act, around: Surroundings
) -> tuple[list[Message], list[Message]]:
    """What becomes of messages that tell of changes, and those that are new."""
    pending = {
        one.id
        for one in present
        if one.kind != REMINDER
        and one.is_pending
        and not one.is_in_hand(around.real_now)
        and not (one.resent and one.state == act.state)
    }
    rest = [one for one in present if one.id not in pending]
    kind, _ = kind_due(rest, act.state, around.real_now)
    if kind and pending and all(_says(m, kind, act.state) for m in present if m.id in pending):
        return list(present), []  # it is about to be told already
    after = [dropped(m, SUPERSEDED, act.at) if m.id in pending else m for m in present]
    kind, last = kind_due(after, act.state, around.real_now)
    if kind is None:
        after = [replace(m, detail=UNDONE) if m.id in pending else m for m in after]
    if kind is None or act.type not in _NEWS or act.side == IMPORT or not act.notified:
        return after, []
    due = act.at + (around.rules.staff_undo_ms if act.side == STAFF else 0)
    previous = last.start if last is not None and kind == MOVED else None
    news = [
        _planned(act, around, kind, channel, due)
        for channel in around.rules.reaching(around.rules.channels_of(kind), around.recipients)
    ]
    if previous is not None:
        news = [replace(one, previous_start=previous) for one in news]
    return after, news


def _says(message: Message, kind: str, state: ToldState) -> bool:
    return message.kind == kind and is_same_visit(message.state, state)


def _dropped_reminders(present: Sequence[Message], act: Act, real_now: Millis) -> list[Message]:
    """What becomes of reminders: an act that is no update plans those again that still hold."""
    reason = {statuses.CONFIRMED: SUPERSEDED, statuses.CANCELLED: CANCELLED}.get(
        act.state.status, UNDONE
    )
    return [
        dropped(one, reason, act.at)
        if one.kind == REMINDER and one.is_pending and not one.is_in_hand(real_now)
        else one
        for one in present
    ]


def _reminders(present: Sequence[Message], act: Act, around: Surroundings) -> list[Message]:
    """The reminders of an appointment that is to come, without those that were sent already."""
    if act.state.status != statuses.CONFIRMED or around.zone is None:
        return []
    start = act.state.start
    done = {
        (one.rule, one.channel)
        for one in present
        if one.kind == REMINDER
        and one.state.start == start
        and (one.status in (SENT, BOUNCED, FAILED) or one.leased_until is not None)
    }
    planned = []
    default = around.rules.channels_of(REMINDER)
    for rule, channels in rules_of(around.services, default).items():
        due = reminder_due(rule, start, around.zone, around.rules.quiet_hours, act.at)
        if due is None:
            continue
        planned += [
            replace(_planned(act, around, REMINDER, channel, due * MINUTE_MS), rule=rule.key)
            for channel in around.rules.reaching(channels, around.recipients)
            if (rule.key, channel) not in done
        ]
    return planned


def _planned(act: Act, around: Surroundings, kind: str, channel: str, due: Millis) -> Message:
    return Message(
        id=new_id(),
        booking_id=act.booking_id,
        kind=kind,
        channel=channel,
        recipient=around.recipients[channel],
        language=around.language,
        status=WAITING if kind == REMINDER or due > act.at else QUEUED,
        detail=None,
        at=act.at,
        due_at=due,
        planned_at=due,
        until=min(due + _GIVEN_UP_AFTER_MS, act.state.end * MINUTE_MS),
        attempts=0,
        leased_until=None,
        rule="",
        resent=False,
        state=act.state,
        previous_start=None,
        version=act.version,
        change_at=act.at,
        created_at=act.at,
    )
