"""One event on its way to one webhook, with every attempt that was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import Millis

QUEUED = "queued"
DELIVERED = "delivered"
FAILED = "failed"
DROPPED = "dropped"
STATUSES = (QUEUED, DELIVERED, FAILED, DROPPED)

# Why an attempt failed
TIMEOUT = "timeout"
CONNECTION = "connection"
DNS = "dns"
TLS = "tls"
STATUS = "status"
ADDRESS_NOT_ALLOWED = "address_not_allowed"
HTTPS_REQUIRED = "https_required"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """What shall be sent."""

    event_id: str
    type: str
    booking_id: str  # "": a test
    position: int  # of the event in the account's list; 0: a test
    body: str


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """What is sent, and how it has gone so far."""

    id: str
    webhook_id: str
    event_id: str
    type: str
    booking_id: str
    status: str
    attempts: tuple[Mapping[str, Any], ...]  # at, status, error, milliseconds, body; oldest first
    tries: int  # since it was queued
    due_at: Millis | None
    created_at: Millis
    body: str
    headers: Mapping[str, str] | None  # of the last attempt's request


@dataclass(frozen=True, slots=True)
class NotedAttempt:
    """An attempt as it is written down, and how the delivery goes on."""

    delivery: WebhookDelivery  # before it
    line: Mapping[str, Any]  # at, status, error, milliseconds, body
    headers: Mapping[str, str]  # of its request
    status: str
    due_at: Millis | None


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries of a list."""

    status: str = ""  # "": of every one
    type: str = ""
    booking_id: str = ""
    before_id: str = ""  # "": from the newest on
