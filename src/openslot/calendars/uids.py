"""What a calendar object is called outside: RFC 5545 §3.8.4.7, RFC 7986 §5.3. Pure."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class CalendarUids:
    """The name of every appointment's calendar object, whatever the installation is called today.

    `hosts` are the hosts of the installation with the instant since which each holds, in order; at
    least one.
    """

    hosts: Sequence[tuple[Millis, str]]

    def of(self, booking_id: str) -> str:
        """`{id}@{host}`, with the host of the time when it was booked: its id tells when."""
        made_at = _made_at(booking_id)
        place = bisect_right(self.hosts, made_at, key=lambda since_and_host: since_and_host[0])
        return f"{booking_id}@{self.hosts[max(0, place - 1)][1]}"


def _made_at(booking_id: str) -> Millis:
    """The instant in a UUIDv7 (RFC 9562 §5.7): its first 48 bits."""
    return UUID(booking_id).int >> 80
