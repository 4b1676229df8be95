"""A claim: what a reservation, an appointment or a block takes of one resource. Pure."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from openslot.kernel.clock import MINUTES_PER_DAY, Millis, Minute

APPOINTMENT = 1
RESERVATION = 2
BLOCK = 3

NOBODY = b""  # no claim has this id


class Claim(NamedTuple):
    """What a reservation, an appointment or a block takes of one resource."""

    start: Minute  # without buffers
    end: Minute
    before: int  # buffer in front, minutes
    after: int
    places: int
    kind: int
    id: bytes  # 16 bytes of the UUID
    expires_at: Millis = 0  # 0: does not expire
    replaces: bytes = NOBODY  # the appointment that this reservation is to move

    @property
    def days(self) -> range:
        """The UTC days that it touches, buffers included."""
        first = (self.start - self.before) // MINUTES_PER_DAY
        last = (self.end + self.after - 1) // MINUTES_PER_DAY
        return range(first, last + 1)

    def touches(self, first: Minute, last: Minute) -> bool:
        """Whether it takes any minute of `[first, last)`, buffers included."""
        return self.start - self.before < last and first < self.end + self.after


def claim_id(text: str) -> bytes:
    """The 16 bytes of a UUID's text."""
    return bytes.fromhex(text.replace("-", ""))


def booking_id(claim: bytes) -> str:
    """The UUID's text that a claim's 16 bytes are."""
    return str(UUID(bytes=claim))


def is_live(claim: Claim, now: Millis) -> bool:
    """A reservation is over at the very instant of its expiry; other claims are always live."""
    return not claim.expires_at or now < claim.expires_at


def peak(claims: Collection[Claim], mine: Claim) -> int:
    """The most places that some claims take at any instant of one of them."""
    begin, end = mine.start - mine.before, mine.end + mine.after
    starts = {c.start - c.before for c in claims if begin < c.start - c.before < end}
    return max(
        sum(c.places for c in claims if c.start - c.before <= instant < c.end + c.after)
        for instant in (begin, *starts)
    )
