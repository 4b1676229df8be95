"""What is left to tell a customer: what was told last, compared with what holds now. Pure.

Source: the contract's section on messages to the customer.
"""

from openslot.delivery.model.message import ToldState
from openslot.delivery.model.message_kinds import BOOKED, MOVED
from openslot.delivery.model.message_kinds import CANCELLED as CANCELLED_KIND
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


def is_same_visit(one: ToldState, other: ToldState) -> bool:
    """Whether two states have the same time, branch and services."""
    return _where(one) == _where(other)


def _where(state: ToldState) -> tuple[object, ...]:
    return state.branch_id, sorted(state.service_ids), state.start, state.end
