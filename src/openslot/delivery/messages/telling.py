"""What is left to tell a customer: what was told last, compared with what holds now. Pure.

Source: the contract's section on messages to the customer.
"""

from collections.abc import Iterable, Sequence

from openslot.delivery.model.message import BOUNCED, SENT, Message, ToldState
from openslot.delivery.model.message_kinds import BOOKED, MOVED, REMINDER
from openslot.delivery.model.message_kinds import CANCELLED as CANCELLED_KIND
from openslot.kernel.clock import Millis
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED


def kind_to_tell(told: ToldState | None, now: ToldState) -> str | None:
    """The kind of the message that is due; None: there is nothing to tell.

    `told` is the state by what the customer was told last; None: nothing was told yet.
    A visit that has begun, or that nobody came to, is no news to the customer.
    """
    if now.status == CANCELLED:
        return CANCELLED_KIND if told is not None and told.status != CANCELLED else None
    if now.status != CONFIRMED:
        return None
    if told is None or told.status == CANCELLED:
        return BOOKED
    return None if is_same_visit(told, now) else MOVED


def kind_due(
    messages: Sequence[Message], now: ToldState, real_now: Millis
) -> tuple[str | None, ToldState | None]:
    """The kind that is due after the messages of an appointment, and what its customer believes.

    What a process had begun when it died may have been heard or not. So it is told again what
    follows from either: rather twice than never.
    """
    sure = _last_told(messages, real_now)
    begun = [
        one
        for one in messages
        if one.kind != REMINDER
        and one.leased_until is not None
        and one.status not in (SENT, BOUNCED)
    ]
    unsure = max(begun, key=lambda one: one.id, default=None)
    if unsure is not None and (sure is None or unsure.id > sure.id):
        kind = kind_to_tell(unsure.state, now)
        if kind is not None:
            return kind, unsure.state
    told = None if sure is None else sure.state
    return kind_to_tell(told, now), told


def _last_told(messages: Iterable[Message], real_now: Millis) -> Message | None:
    """What the customer was told last: sent, or being sent at this moment."""
    of_changes = [one for one in messages if one.kind != REMINDER]
    told = [m for m in of_changes if m.status in (SENT, BOUNCED) or m.is_in_hand(real_now)]
    if not told and not any(one.is_pending for one in of_changes):
        # Whoever was reminded knows of it, though nothing else was sent, as after an import.
        told = [one for one in messages if one.status in (SENT, BOUNCED)]
    return max(told, key=lambda one: one.id, default=None)


def channels_told(messages: Iterable[Message], version: int) -> tuple[str, ...]:
    """The channels by which one change was told, or is about to be."""
    return tuple(
        dict.fromkeys(
            one.channel
            for one in messages
            if one.version == version
            and one.kind != REMINDER
            and (one.is_pending or one.status == SENT)
        )
    )


def is_same_visit(one: ToldState, other: ToldState) -> bool:
    """Whether two states have the same time, branch and services."""
    return _where(one) == _where(other)


def _where(state: ToldState) -> tuple[object, ...]:
    return state.branch_id, sorted(state.service_ids), state.start, state.end
