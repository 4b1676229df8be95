"""The time in which something that was computed holds. Pure."""

from typing import NamedTuple

from openslot.kernel.clock import Millis

FAR_AWAY: Millis = 1 << 63


class Validity(NamedTuple):
    """From one instant on until before another, if nothing that it came from changes."""

    since: Millis
    until: Millis  # exclusive

    def holds_at(self, now: Millis) -> bool:
        """Whether an instant lies in it."""
        return self.since <= now < self.until

    def and_of(self, other: "Validity") -> "Validity":
        """The time in which both hold."""
        return Validity(max(self.since, other.since), min(self.until, other.until))


ALWAYS = Validity(-FAR_AWAY, FAR_AWAY)
