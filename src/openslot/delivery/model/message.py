"""A message to a customer, and how it goes with it."""

from dataclasses import dataclass
from typing import NamedTuple

from openslot.kernel.clock import Millis, Minute
from openslot.kernel.errors import Conflict

# Statuses
WAITING = "waiting"  # for its time, or for staff to be done
QUEUED = "queued"  # being tried
SENT = "sent"  # the server or provider took it
FAILED = "failed"  # refused permanently
BOUNCED = "bounced"  # came back later
DROPPED = "dropped"
MESSAGE_STATUSES = (WAITING, QUEUED, SENT, FAILED, BOUNCED, DROPPED)

# Why one was dropped
UNDONE = "undone"  # nothing was left to tell
SUPERSEDED = "superseded"
CANCELLED = "cancelled"
TOO_LATE = "too_late"
NO_RECIPIENT = "no_recipient"
ERASED = "erased"


class NoRecipient(Conflict):
    """Give the customer an address for this channel first."""

    code = "no_recipient"
    title = "The customer has no address for this channel"


class ToldState(NamedTuple):
    """How an appointment stands, as far as a customer is told of changes."""

    status: str
    branch_id: str
    service_ids: tuple[str, ...]
    start: Minute
    end: Minute


@dataclass(frozen=True, slots=True)
class Message:
    """One message by one channel. What it says is made when it is sent, and not stored."""

    id: str
    booking_id: str
    kind: str
    channel: str
    recipient: str | None  # None: erased
    language: str
    status: str
    detail: str | None  # why it was dropped, or the server's words
    at: Millis  # when the status came about; this and what follows by the account's clock
    due_at: Millis | None  # None: it is done
    planned_at: Millis  # when it was to leave at first
    until: Millis  # when it is given up
    attempts: int
    leased_until: Millis | None  # until when a process has it in hand, in real time
    rule: str  # of a reminder; "": of none
    resent: bool  # staff send it again
    state: ToldState  # how the appointment stands by what it tells
    previous_start: Minute | None  # of `moved`: where the customer believes it to be
    version: int  # of the appointment, as the change that it tells made it
    change_at: Millis  # of the change that it tells
    created_at: Millis

    @property
    def is_pending(self) -> bool:
        """Whether it is still to leave."""
        return self.due_at is not None

    def is_in_hand(self, real_now: Millis) -> bool:
        """Whether a process may be sending it at this moment."""
        return self.is_pending and self.leased_until is not None and self.leased_until > real_now
