"""One change in the history of an appointment. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import Millis

_STATE_CHANGES = ("arrived", "started", "completed", "no_show", "cancelled")


@dataclass(frozen=True, slots=True)
class AppointmentChange:
    """One change of an appointment. Never a person's data: of those fields only the names."""

    version: int  # the version that it made
    at: Millis
    actor_type: str
    actor_id: str
    change: str  # booked, moved, cancelled, customer_changed
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    side: str | None = None  # in whose interest; None: that was not noted yet
    notified: bool = True  # False: whoever made it wanted nobody to be told
    api_key_id: str | None = None  # that the actor showed


def latest_state_change(changes: Sequence[AppointmentChange]) -> AppointmentChange | None:
    """The latest change of state that still holds, of a whole history with the oldest first.

    What was taken back holds no longer, and neither does what was before a move. None: no change
    is left.
    """
    taken_back = 0
    for one in reversed(changes):
        if one.change == "moved":
            return None
        if one.change == "restored":
            taken_back += 1
        elif one.change in _STATE_CHANGES:
            if not taken_back:
                return one
            taken_back -= 1
    return None
