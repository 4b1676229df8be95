"""The one predicate, read straight from scheduling.md section 2.

`answer`, `reason_at` and `assign` are the whole interface. A `Snapshot` holds what one question
needs as sets of UTC minutes; nothing in it is remembered from one question to the next.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from .opening import grid_minutes, open_minutes
from .wall import day_bounds, instant_of, local_date, minute_of, zone_of

Record = dict[str, Any]


def answer(
    account: Record, claims: list[Record], question: Record, now: datetime
) -> dict[datetime, str | None]:
    """Every grid start in [from, to) with None if it is bookable, else its refusal reason."""
    low, high = minute_of(question["from"]), minute_of(question["to"])
    snapshot = Snapshot(account, claims, question, now, low=low, high=high)
    return {
        instant_of(minute): snapshot.reason(minute)
        for minute in range(low, high)
        if minute in snapshot.grid
    }


def reason_at(
    account: Record, claims: list[Record], question: Record, start: datetime, now: datetime
) -> str | None:
    """The same for one whole-minute instant, on the grid or off it."""
    minute = minute_of(start)
    snapshot = Snapshot(account, claims, question, now, low=minute, high=minute + 1)
    return snapshot.reason(minute)


def assign(
    account: Record, claims: list[Record], question: Record, start: datetime, now: datetime
) -> dict[str, str] | None:
    """The key of the resource chosen for each type, or None where the start is refused."""
    minute = minute_of(start)
    snapshot = Snapshot(account, claims, question, now, low=minute, high=minute + 1)
    return snapshot.assigned(minute) if snapshot.reason(minute) is None else None


def is_active(thing: Record) -> bool:
    return thing.get("active", True) is not False


class Snapshot:
    """One question over one state of the world, for starts in the minutes [low, high)."""

    def __init__(
        self,
        account: Record,
        claims: list[Record],
        question: Record,
        now: datetime,
        *,
        low: int,
        high: int,
    ) -> None:
        branches = {branch["key"]: branch for branch in account["branches"]}
        services = {service["key"]: service for service in account["services"]}
        self.account, self.question, self.now = account, question, now
        self.branch = branches[question["branch"]]
        self.zone = zone_of(self.branch["timeZone"])
        self.services = [services[key] for key in question["services"]]
        self.party = question["party"]
        # Section 5: expired at the very instant of expiresAt. A client's own hold that it asks
        # to see as free is left out as if it had never been.
        self.claims = [
            claim
            for claim in claims
            if not (claim["kind"] == "reservation" and claim["expiresAt"] <= now)
            and not (claim["kind"] == "reservation" and claim["id"] == question["ignoring"])
        ]
        # Section 2, several services: durations add up, the buffer before is the first's and
        # the buffer after the last's, the grid and the notice are the largest, the horizon
        # the smallest.
        self.duration = sum(duration_of(service, self.party) for service in self.services)
        self.buffer_before = self.services[0].get("bufferBeforeMinutes", 0)
        self.buffer_after = self.services[-1].get("bufferAfterMinutes", 0)
        self.step = max(service.get("slotStepMinutes", 15) for service in self.services)
        self.notice = max(service.get("minimumNoticeMinutes", 0) for service in self.services)
        self.horizon = min(service.get("horizonDays", 90) for service in self.services)
        self.places = self.party if mode_of(self.services[0]) == "occupy" else 1
        self.types = sorted(
            {kind for service in self.services for kind in service["resourceTypes"]}
        )

        self.low, self.high = low - self.buffer_before, high + self.duration + self.buffer_after
        self.grid = grid_minutes(self.branch, low, high, self.zone, self.step)
        self._open: dict[tuple[str, str], set[int]] = {}
        self._full: dict[tuple[str, str], set[int]] = {}

    def reason(self, start: int) -> str | None:
        """The first reason that holds, in the order of section 2."""
        if not self.is_offered():
            return "not_offered"
        last_day = self.now.astimezone(self.zone).date() + timedelta(days=self.horizon)
        if local_date(start, self.zone) > last_day:
            return "horizon"
        if instant_of(start) < self.now + timedelta(minutes=self.notice):
            return "notice"
        if not self.is_open(start):
            return "closed"
        if start not in self.grid:
            return "off_grid"
        if self.fits(start):
            return None
        if self.fits(start, without="reservation"):
            return "held"
        if self.fits(start, without="block"):
            return "blocked"
        if any(resource.get("capacity", 1) > 1 for resource in self.open_candidates(start)):
            return "capacity"
        return "taken"

    def is_offered(self) -> bool:
        """Rule 1, and for several services that the branch has combined them."""
        keys = [service["key"] for service in self.services]
        combined = any(
            combination["branch"] == self.branch["key"]
            and set(keys) <= set(combination["services"])
            for combination in self.account.get("serviceCombinations") or []
        )
        return (
            is_active(self.branch)
            and all(is_active(service) for service in self.services)
            and all(self.branch["key"] in service["branches"] for service in self.services)
            and all(
                1 <= self.party <= service.get("maxNumberOfReservations", 1)
                for service in self.services
            )
            and len(set(keys)) == len(keys)
            and (len(keys) == 1 or combined)
            and len({mode_of(service) for service in self.services}) == 1
        )

    def candidates(self, kind: str) -> list[Record]:
        """The active resources of the branch and type, qualified for all services that need it."""
        needing = {s["key"] for s in self.services if kind in s["resourceTypes"]}
        named = self.named_resource()
        return [
            resource
            for resource in self.account["resources"]
            if resource["branch"] == self.branch["key"]
            and resource["type"] == kind
            and is_active(resource)
            and needing <= set(resource["services"])
            and (named is None or named["type"] != kind or named is resource)
        ]

    def named_resource(self) -> Record | None:
        """Rule 6. A resource that cannot serve is 422 before the predicate is asked."""
        if self.question["resource"] is None:
            return None
        by_key = {resource["key"]: resource for resource in self.account["resources"]}
        named = by_key[self.question["resource"]]
        needing = {s["key"] for s in self.services if named["type"] in s["resourceTypes"]}
        if (
            named["branch"] != self.branch["key"]
            or not needing
            or not needing <= set(named["services"])
        ):
            raise ValueError("resource_not_qualified")
        return named

    def is_open(self, start: int) -> bool:
        """Rule 3: branch, every service with hours of its own, and a resource of each type."""
        appointment = range(start, start + self.duration)
        return (
            self.open_of("branch", self.branch).issuperset(appointment)
            and all(self.open_of("service", s).issuperset(appointment) for s in self.services)
            and all(self.open_candidates_of(kind, start) for kind in self.types)
        )

    def open_of(self, kind: str, owner: Record) -> set[int]:
        key = (kind, owner["key"])
        if key not in self._open:
            always = kind != "branch" and not owner.get("openingHours")
            self._open[key] = open_minutes(owner, self.low, self.high, self.zone, always)
        return self._open[key]

    def open_candidates_of(self, kind: str, start: int) -> list[Record]:
        appointment = range(start, start + self.duration)
        return [
            resource
            for resource in self.candidates(kind)
            if self.open_of("resource", resource).issuperset(appointment)
        ]

    def open_candidates(self, start: int) -> list[Record]:
        return [r for kind in self.types for r in self.open_candidates_of(kind, start)]

    def fits(self, start: int, without: str = "") -> bool:
        """Rule 5: of each type one resource has room; `without` is a kind of claim to ignore."""
        return all(self.fitting(kind, start, without) for kind in self.types)

    def fitting(self, kind: str, start: int, without: str = "") -> list[Record]:
        claimed = range(start - self.buffer_before, start + self.duration + self.buffer_after)
        return [
            resource
            for resource in self.open_candidates_of(kind, start)
            if self.full_minutes(resource, without).isdisjoint(claimed)
        ]

    def full_minutes(self, resource: Record, without: str) -> set[int]:
        """The minutes at which the new claim would take more than the resource has."""
        key = (resource["key"], without)
        if key not in self._full:
            present: defaultdict[int, list[Record]] = defaultdict(list)
            for claim in self.claims:
                if resource["key"] in claim["resources"] and claim["kind"] != without:
                    begin = minute_of(claim["start"]) - claim["bufferBefore"]
                    end = minute_of(claim["end"]) + claim["bufferAfter"]
                    for minute in range(max(begin, self.low), min(end, self.high)):
                        present[minute].append(claim)
            capacity = resource.get("capacity", 1)
            self._full[key] = {
                minute
                for minute in range(self.low, self.high)
                if self.places_with_new(present.get(minute, []), capacity) > capacity
            }
        return self._full[key]

    def places_with_new(self, present: list[Record], capacity: int) -> int:
        """The places taken at one minute by the claims present and the new one together.

        A block takes the whole resource. An appointment and the claims that are to replace it
        never both last, so they count as the larger of the two, not as the sum.
        """
        new = {"kind": "new", "id": None, "places": self.places}
        new["replaces"] = self.question["replaces"]
        total = 0
        lasting: defaultdict[str, int] = defaultdict(int)
        replacing: defaultdict[str, int] = defaultdict(int)
        for claim in [*present, new]:
            if claim["kind"] == "block":
                total += capacity
            elif claim["kind"] == "appointment":
                lasting[claim["id"]] += claim["places"]
            elif claim["replaces"] is not None:
                replacing[claim["replaces"]] += claim["places"]
            else:
                total += claim["places"]
        return total + sum(max(lasting[a], replacing[a]) for a in lasting.keys() | replacing.keys())

    def assigned(self, start: int) -> dict[str, str]:
        """Section 2, assignment: least load that local day, then sort order, then id."""
        return {
            kind: min(
                self.fitting(kind, start),
                key=lambda r: (self.load(r, start), r.get("sortOrder", 0), r["key"]),
            )["key"]
            for kind in self.types
        }

    def load(self, resource: Record, start: int) -> int:
        """Minutes of appointments and live reservations that local day, without buffers."""
        midnight, next_midnight = day_bounds(local_date(start, self.zone), self.zone)
        return sum(
            claim["places"]
            for claim in self.claims
            if claim["kind"] != "block" and resource["key"] in claim["resources"]
            for minute in range(minute_of(claim["start"]), minute_of(claim["end"]))
            if midnight <= minute < next_midnight
        )


def mode_of(service: Record) -> str:
    return service.get("partyMode", "extend")


def duration_of(service: Record, party: int) -> int:
    """Elapsed minutes of one service for a party (section 2)."""
    if mode_of(service) == "occupy":
        return service["durationMinutes"]
    return service["durationMinutes"] + service.get("additionalCustomerMinutes", 0) * (party - 1)
