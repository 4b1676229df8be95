"""A message to a customer, and how it goes with it."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis, Minute
from openslot.kernel.errors import Conflict

# Kinds
BOOKED = "booked"
MOVED = "moved"
CANCELLED_KIND = "cancelled"
REMINDER = "reminder"
KINDS = (BOOKED, MOVED, CANCELLED_KIND, REMINDER)

# Channels
EMAIL = "email"
SMS = "sms"

# Statuses
WAITING = "waiting"  # for its time, or for staff to be done
QUEUED = "queued"  # being tried
SENT = "sent"  # the server or provider took it
FAILED = "failed"  # refused permanently
BOUNCED = "bounced"  # came back later
DROPPED = "dropped"

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


class KindDoesNotAgree(Conflict):
    """A message says how things stand. Send one of a kind that still holds."""

    code = "wrong_state"
    title = "The appointment is over, or no longer as this kind of message says"


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
    at: Millis  # when the status came about
    due_at: Millis | None  # None: it is done
    until: Millis  # when it is given up
    attempts: int
    leased_until: Millis | None  # until when a process has it in hand, in real time
    rule: str  # of a reminder; "": of none
    branch_id: str  # this and the next three: how things stand by what it tells
    service_ids: tuple[str, ...]
    start: Minute
    end: Minute
    previous_start: Minute | None  # of `moved`: where the customer believes it to be
    change_at: Millis  # of the change that it tells
    created_at: Millis
