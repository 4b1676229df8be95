"""Hours of the night in which nobody is reminded. Pure.

Source: the contract's section on reminders.
"""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from openslot.kernel.clock import MINUTE_MS, Millis, Minute, instant_of_minute
from openslot.scheduling.model.zones import instant_at


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Wall time in which nobody is reminded, in minutes after midnight; it may span midnight."""

    begin: int
    end: int

    def includes(self, wall: int) -> bool:
        """Whether a wall time is in it: its begin is, its end is not."""
        if self.begin <= self.end:
            return self.begin <= wall < self.end
        return wall >= self.begin or wall < self.end


def outside(quiet: QuietHours, due: Minute, zone: ZoneInfo, now: Millis) -> Minute:
    """When to remind instead of at `due`, of which quiet hours may be the time.

    In quiet hours it is earlier, at their begin; if that is past, later, at their end.
    """
    local = instant_of_minute(due).astimezone(zone)
    wall = local.hour * 60 + local.minute
    if not quiet.includes(wall):
        return due
    spans, one_day = quiet.begin > quiet.end, timedelta(days=1)
    began_on = local.date() - one_day if spans and wall < quiet.end else local.date()
    begin = instant_at(began_on, quiet.begin, zone, ends=False)
    if begin * MINUTE_MS >= now:
        return begin
    ended_on = began_on + one_day if spans else began_on
    return instant_at(ended_on, quiet.end, zone, ends=False)
