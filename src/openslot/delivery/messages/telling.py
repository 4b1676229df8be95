"""What is left to tell a customer: what was told last, beside what holds now. Pure.

Source: the contract's section on messages to the customer.
"""

from dataclasses import dataclass

from openslot.delivery.model.message import BOOKED, CANCELLED_KIND, MOVED
from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED


@dataclass(frozen=True, slots=True)
class ToldState:
    """How an appointment stands, as far as a customer is told of changes."""

    status: str
    branch_id: str
    service_ids: tuple[str, ...]
    start: Minute
    end: Minute


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
    return MOVED if _where(told) != _where(now) else None


def _where(told_state: ToldState) -> tuple[object, ...]:
    services = tuple(sorted(told_state.service_ids))
    return told_state.branch_id, services, told_state.start, told_state.end
