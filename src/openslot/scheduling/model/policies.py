"""What several services ask for together: the strictest of each rule. Pure.

A single service is a combination of one, so there is no other path.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openslot.scheduling.model.catalogue import Service


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules under which a party books some services in one appointment; whole minutes."""

    duration_minutes: int
    before_minutes: int  # the first service's
    after_minutes: int  # the last one's
    places: int
    step_minutes: int  # the largest
    notice_minutes: int  # the largest
    horizon_days: int  # the smallest
    resource_types: tuple[str, ...]  # the union, in the order in which they are first needed
    reach_minutes: int  # from the begin of the first buffer to the end of the last one
    takes_party: bool  # the party is within every service's maximum, and modes are not mixed

    def lasting(self, minutes: int) -> "Policy":
        """The same for an appointment with a length of its own."""
        reach = self.before_minutes + minutes + self.after_minutes
        return replace(self, duration_minutes=minutes, reach_minutes=reach)


def policy_of(services: Sequence[Service], party: int) -> Policy:
    """The policy of one or more services, in the order they are served."""
    duration = sum(service.minutes_for(party) for service in services)
    return Policy(
        duration_minutes=duration,
        before_minutes=services[0].before_minutes,
        after_minutes=services[-1].after_minutes,
        places=party if services[0].occupies else 1,
        step_minutes=max(service.slot_step_minutes for service in services),
        notice_minutes=max(service.notice_minutes for service in services),
        horizon_days=min(service.horizon_days for service in services),
        resource_types=tuple(dict.fromkeys(t for s in services for t in s.resource_types)),
        reach_minutes=services[0].before_minutes + duration + services[-1].after_minutes,
        takes_party=all(1 <= party <= service.max_party for service in services)
        and len({service.occupies for service in services}) == 1,
    )
