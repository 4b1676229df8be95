"""Which of many shifts have room, when all are made together. Pure.

All leave their places before any of them takes its new one, so neighbours never run into each
other. Room is lacking only where something stands that stays: what was booked meanwhile, or a
shift that could not be made. What cannot be moved keeps its place, which may cost another one its
new place, and so on until nothing changes.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

from openslot.kernel.clock import Minute
from openslot.scheduling.model.claim import BLOCK, Claim, peak
from openslot.scheduling.model.day_sheet import SheetKey
from openslot.scheduling.rebasing.shifts import Shift, keys_of

ClaimsBySheet = Mapping[SheetKey, Sequence[Claim]]


def without_room(
    shifts: Sequence[Shift], present: ClaimsBySheet, capacities: Mapping[str, int]
) -> list[Shift]:
    """The shifts that cannot be made; all others can.

    `present` is what takes the resources now, live holds and the shifts' own claims included.
    """
    room = _Room([_Mover(shift) for shift in shifts], present, capacities)
    room.leave_those_that_meet_what_stays()
    room.leave_those_that_meet_each_other()
    return [shift for shift in shifts if shift.old.id in room.left]


class _Mover:
    """A shift, with what is asked of it often."""

    __slots__ = ("by", "id", "new", "new_keys", "old", "old_keys", "resource_ids")

    def __init__(self, shift: Shift) -> None:
        self.old, self.new = shift.old, shift.new
        self.id = self.old.id
        self.resource_ids = shift.resource_ids
        self.old_keys = list(keys_of(shift, self.old))
        self.new_keys = list(keys_of(shift, self.new))
        # Those that are moved by the same stand to each other as they did.
        self.by = (self.new.start - self.old.start, self.new.end - self.old.end)


class _Room:
    def __init__(
        self, movers: Sequence[_Mover], present: ClaimsBySheet, capacities: Mapping[str, int]
    ) -> None:
        self.left: set[bytes] = set()
        self._movers = movers
        self._present = present
        self._capacities = capacities
        moving = {mover.id for mover in movers}
        self._staying: dict[SheetKey, list[Claim]] = {}
        for key, claims in present.items():
            if staying := [claim for claim in claims if claim.id not in moving]:
                self._staying[key] = staying
        self._arriving: dict[SheetKey, list[_Mover]] = defaultdict(list)
        for mover in movers:
            for key in mover.new_keys:
                self._arriving[key].append(mover)
        # Where all that arrive are moved by the same, none of them meets another one newly.
        self._mixed: set[SheetKey] = set()

    def leave_those_that_meet_what_stays(self) -> None:
        """First: what cannot be moved for this reason is in nobody else's way any more."""
        self._settle(self._movers)

    def leave_those_that_meet_each_other(self) -> None:
        """Two wall times may be one instant now, so that the later ones are left."""
        self._mixed = {
            key for key, movers in self._arriving.items() if len({m.by for m in movers}) > 1
        }
        self._settle(m for m in self._movers if not self._mixed.isdisjoint(m.new_keys))

    def _settle(self, movers: Iterable[_Mover]) -> None:
        waiting = deque(movers)
        while waiting:
            mover = waiting.popleft()
            if mover.id not in self.left and not self._has_room(mover):
                waiting.extend(self._leave(mover))

    def _leave(self, mover: _Mover) -> list[_Mover]:
        """Keeps one where it is; returns those that were to come there."""
        self.left.add(mover.id)
        for key in mover.old_keys:
            self._staying.setdefault(key, []).append(mover.old)
        first, last = _time_of(mover.old)
        return [
            other
            for key in mover.old_keys
            for other in self._arriving.get(key, ())
            if other.id not in self.left and other.new.touches(first, last)
        ]

    def _has_room(self, mover: _Mover) -> bool:
        return all(self._fits(mover, resource_id) for resource_id in mover.resource_ids)

    def _fits(self, mover: _Mover, resource_id: str) -> bool:
        """Whether one resource has room: enough of it, or as much as what it met before leaves."""
        there = self._at_new_place(mover, resource_id)
        if not there:
            return True
        before = _others(self._present, mover.old_keys, resource_id, mover.old)
        met_newly = [claim for id_, claim in there.items() if id_ not in before]
        if mover.new.kind == BLOCK:
            return all(claim.kind == BLOCK for claim in met_newly)
        if any(claim.kind == BLOCK for claim in met_newly):
            return False
        taken = peak([mover.new, *_bookings(there)], mover.new)
        if taken <= self._capacities[resource_id]:
            return True
        return not met_newly and taken <= peak([mover.old, *_bookings(before)], mover.old)

    def _at_new_place(self, mover: _Mover, resource_id: str) -> dict[bytes, Claim]:
        """What stays in a mover's new time, and what comes there too."""
        there = _others(self._staying, mover.new_keys, resource_id, mover.new)
        first, last = _time_of(mover.new)
        for key in self._mixed.intersection(mover.new_keys) if self._mixed else ():
            if key[1] == resource_id:
                there |= {
                    other.id: other.new
                    for other in self._arriving[key]
                    if other is not mover and other.id not in self.left
                    if other.new.touches(first, last)
                }
        return there


def _others(
    claims: ClaimsBySheet, keys: Iterable[SheetKey], resource_id: str, mine: Claim
) -> dict[bytes, Claim]:
    """The other claims of a resource in the time of one; a hold that is to move it is none."""
    first, last = _time_of(mine)
    return {
        claim.id: claim
        for key in keys
        if key[1] == resource_id
        for claim in claims.get(key, ())
        if mine.id not in (claim.id, claim.replaces) and claim.touches(first, last)
    }


def _bookings(claims: Mapping[bytes, Claim]) -> list[Claim]:
    return [claim for claim in claims.values() if claim.kind != BLOCK]


def _time_of(claim: Claim) -> tuple[Minute, Minute]:
    return claim.start - claim.before, claim.end + claim.after
