"""A clock that stands where a test puts it, in place of the module `time`."""

from dataclasses import dataclass


@dataclass
class StoppedClock:
    """What limits take the time from: nothing is refilled unasked, however busy the machine is."""

    seconds: float = 1000.0

    def monotonic(self) -> float:
        """As in the module `time`."""
        return self.seconds
