"""Day sheets: everything that takes one resource on one UTC day, packed into one row.

One structure guards, checks and lists: a booking locks and rewrites the sheet, and both the
booking and the listing ask the same sheet for the same mask of minutes without room. Pure.

A mask is a whole number whose bit m stands for minute m of the UTC day; masks are stored as
180 little-endian bytes, so that those of neighbouring days join into one by concatenation.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from openslot.kernel.clock import MINUTES_PER_DAY, Millis, Minute
from openslot.kernel.ids import new_version
from openslot.kernel.intervals import Interval, union
from openslot.kernel.validity import ALWAYS, FAR_AWAY, Validity
from openslot.scheduling.model.claim import BLOCK, NOBODY, Claim, is_live
from openslot.scheduling.model.masks import BEFORE, stretch

MASK_BYTES = MINUTES_PER_DAY // 8
EMPTY_MASK = bytes(MASK_BYTES)
_NO_ID = bytes(16)

# A sheet is how many spans and how many certain claims, then those, then what may expire.
_COUNTS = struct.Struct("<HH")
# The minutes of this day that certain claims take, merged: all that most listings have to read.
_SPAN = struct.Struct("<HH")
# Of a certain claim: start, end, before, after, places, kind, id.
_FIRM = struct.Struct("<IIHHHB16s")
# Of what may expire: start, end, before, after, places, kind, id, expires_at, replaces.
_TENTATIVE = struct.Struct("<IIHHHB16sq16s")

SheetKey = tuple[str, str, int]  # branch id, resource id, UTC day

T = TypeVar("T")


class Sheet:
    """One resource on one UTC day. Never changes; a change makes another one."""

    def __init__(self, day: int, version: int, packed: bytes) -> None:
        """`day` is days since 1970 in UTC, `packed` the row's claims."""
        self.day = day
        self.version = version
        self.packed = packed
        spans, firm = _COUNTS.unpack_from(packed)
        self._spans_end = _COUNTS.size + spans * _SPAN.size
        self._firm_end = self._spans_end + firm * _FIRM.size
        # Certain claims only, as in most sheets: then time changes nothing.
        self.is_certain = self._firm_end == len(packed)
        self._of_certain: bytes | None = None
        self._cached: dict[tuple[int, ...], tuple[Millis, Millis, object]] = {}

    @classmethod
    def of(cls, day: int, claims: Iterable[Claim]) -> "Sheet":
        """A new sheet that holds these claims."""
        firm: list[Claim] = []
        tentative: list[Claim] = []
        for claim in claims:
            (tentative if _may_end(claim) else firm).append(claim)
        spans = union(_minutes_of_day(claim, day) for claim in firm)
        return cls._of_parts(day, spans, b"".join(map(_packed, firm)), tentative)

    @classmethod
    def _of_parts(
        cls, day: int, spans: Sequence[Interval], firm: bytes, tentative: Iterable[Claim]
    ) -> "Sheet":
        counts = _COUNTS.pack(len(spans), len(firm) // _FIRM.size)
        taken = [_SPAN.pack(*span) for span in spans]
        packed = b"".join([counts, *taken, firm, *map(_packed, tentative)])
        return cls(day, new_version(), packed)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Every claim, those that have expired included; unpacked each time, to hold no memory."""
        return (*(Claim._make((*fields, 0, NOBODY)) for fields in self._firm), *self._tentative)

    @property
    def agrees_with_itself(self) -> bool:
        """Whether the spans are those of the claims."""
        return Sheet.of(self.day, self.claims).packed == self.packed

    @property
    def _spans(self) -> Iterator[tuple[int, int]]:
        return _SPAN.iter_unpack(self.packed[_COUNTS.size : self._spans_end])

    @property
    def _firm(self) -> Iterator[tuple[int, int, int, int, int, int, bytes]]:
        return _FIRM.iter_unpack(self._firm_part)

    @property
    def _firm_part(self) -> bytes:
        return self.packed[self._spans_end : self._firm_end]

    @cached_property
    def _tentative(self) -> tuple[Claim, ...]:
        return tuple(
            Claim._make([*fields[:8], NOBODY if fields[8] == _NO_ID else fields[8]])
            for fields in _TENTATIVE.iter_unpack(self.packed[self._firm_end :])
        )

    def validity(self, now: Millis) -> Validity:
        """The time in which what is computed of it at `now` holds."""
        if self.is_certain:
            return ALWAYS
        until = min((c.expires_at for c in self._tentative if c.expires_at > now), default=FAR_AWAY)
        # Not before now, since a sandbox clock may be set back.
        return Validity(now, until)

    def within(self, first: Minute, last: Minute) -> list[Claim]:
        """The certain claims that touch `[first, last)`, buffers included."""
        return [
            Claim._make((*fields, 0, NOBODY))
            for fields in self._firm
            if fields[0] - fields[2] < last and first < fields[1] + fields[3]
        ]

    def has_block(self, first: Minute, last: Minute) -> bool:
        """Whether a block lies in `[first, last)`."""
        return any(claim.kind == BLOCK for claim in self.within(first, last))

    def with_claim(self, claim: Claim, now: Millis, instead_of: bytes = NOBODY) -> "Sheet":
        """The sheet with one more claim, `instead_of` another, without those that have expired."""
        spans, firm, tentative = self._parts_without(instead_of, now)
        if _may_end(claim):
            tentative.append(claim)
        else:
            firm += _packed(claim)
            spans = union([*spans, _minutes_of_day(claim, self.day)])
        return self._of_parts(self.day, spans, firm, tentative)

    def without_claim(self, claim: bytes, now: Millis) -> "Sheet":
        """The sheet without a claim, and without those that have expired."""
        return self._of_parts(self.day, *self._parts_without(claim, now))

    def _parts_without(
        self, claim: bytes, now: Millis
    ) -> tuple[list[Interval], bytes, list[Claim]]:
        """What stays, certain claims still packed: unpacking them would cost more than the rest."""
        tentative = [c for c in self._tentative if c.id != claim and is_live(c, now)]
        if not claim or claim not in self._firm_part:
            return list(self._spans), self._firm_part, tentative
        firm = [c for c in self.claims if not _may_end(c) and c.id != claim]
        spans = union(_minutes_of_day(c, self.day) for c in firm)
        return spans, b"".join(map(_packed, firm)), tentative

    def _cache(self, key: tuple[int, ...], now: Millis, value: T) -> T:
        """Caches what was computed at `now`, until a reservation here expires."""
        self._cached[key] = (*self.validity(now), value)
        return value

    def full(self, capacity: int, places: int, now: Millis, without: int = 0) -> bytes:
        """The minutes with no room for `places` more; `without` leaves out claims of a kind."""
        if places == capacity == 1 and not without and self.is_certain:
            return self._certainly_taken
        key = (capacity, places, without)
        cached = self._cached.get(key)
        if cached is not None and cached[0] <= now < cached[1]:
            return cast(bytes, cached[2])
        return self._cache(
            key, now, self.full_but_for(capacity, places, now, without, NOBODY, NOBODY)
        )

    def full_but_for(
        self,
        capacity: int,
        places: int,
        now: Millis,
        without: int,
        replaces: bytes,
        ignoring: bytes,
    ) -> bytes:
        """As `full`, for a claim that is to replace an appointment, or with one hold left out."""
        if places > capacity:
            return b"\xff" * MASK_BYTES
        targets = {c.replaces for c in self._tentative if c.replaces and is_live(c, now)}
        if replaces:
            targets.add(replaces)
        if capacity == 1 and not targets:
            return self._taken(now, without, ignoring)
        return self._crowded(capacity, places, now, without, targets, replaces, ignoring)

    @property
    def _certainly_taken(self) -> bytes:
        """Every minute of a certain claim."""
        taken = self._of_certain
        if taken is None:
            mask = 0
            for first, last in self._spans:
                mask |= BEFORE[last] ^ BEFORE[first]
            taken = self._of_certain = mask.to_bytes(MASK_BYTES, "little")
        return taken

    def _taken(self, now: Millis, without: int, ignoring: bytes) -> bytes:
        """One place: every minute of any claim."""
        if without:
            mask = 0
            for c in self.claims:
                if not _may_end(c) and c.kind != without:
                    mask |= stretch(*_minutes_of_day(c, self.day))
        else:
            mask = int.from_bytes(self._certainly_taken, "little")
        for c in self._tentative:
            if is_live(c, now) and c.kind != without and c.id != ignoring:
                mask |= stretch(*_minutes_of_day(c, self.day))
        return mask.to_bytes(MASK_BYTES, "little")

    def _crowded(
        self,
        capacity: int,
        places: int,
        now: Millis,
        without: int,
        targets: set[bytes],
        replaces: bytes,
        ignoring: bytes,
    ) -> bytes:
        """Several places, or claims that replace others: the sum at every instant.

        An appointment and the reservations that are to move it count together, as the larger
        of the appointment and of their sum.
        """
        changes: dict[int, list[tuple[bytes, int, int]]] = {0: []}
        mask = 0
        for c in self.claims:
            if not is_live(c, now) or c.kind == without or c.id == ignoring:
                continue
            start, end = _minutes_of_day(c, self.day)
            if start >= end:
                continue
            if c.kind == BLOCK:
                mask |= stretch(start, end)
                continue
            group = c.replaces or (c.id if c.id in targets else NOBODY)
            side = 1 if c.replaces else 0
            changes.setdefault(start, []).append((group, side, c.places))
            changes.setdefault(end, []).append((group, side, -c.places))
        alone = 0
        groups = {target: [0, 0] for target in targets}
        minutes = sorted(changes)
        for minute, until in zip(minutes, [*minutes[1:], MINUTES_PER_DAY], strict=True):
            for group, side, change in changes[minute]:
                if group:
                    groups[group][side] += change
                else:
                    alone += change
            total = alone + (0 if replaces else places)
            for target, (old, new) in groups.items():
                total += max(old, new + (places if target == replaces else 0))
            if total > capacity:
                mask |= stretch(minute, until)
        return mask.to_bytes(MASK_BYTES, "little")

    def minutes_booked(self, first: Minute, last: Minute, now: Millis, ignoring: bytes) -> int:
        """Minutes of appointments and live reservations × places in `[first, last)` of this day."""
        if ignoring:
            return self._minutes_booked(first, last, now, ignoring)
        key = (first, last)
        cached = self._cached.get(key)
        if cached is not None and cached[0] <= now < cached[1]:
            return cast(int, cached[2])
        return self._cache(key, now, self._minutes_booked(first, last, now, NOBODY))

    def _minutes_booked(self, first: Minute, last: Minute, now: Millis, ignoring: bytes) -> int:
        first = max(first, self.day * MINUTES_PER_DAY)
        last = min(last, (self.day + 1) * MINUTES_PER_DAY)
        return sum(
            max(0, min(c.end, last) - max(c.start, first)) * c.places
            for c in self.claims
            if c.kind != BLOCK and c.id != ignoring and is_live(c, now)
        )


Sheets = Mapping[tuple[str, int], Sheet]  # by resource id and UTC day; an empty day may be absent


def _may_end(claim: Claim) -> bool:
    """Whether it is stored among those that a listing must look at one by one."""
    return bool(claim.expires_at or claim.replaces)


def _packed(claim: Claim) -> bytes:
    if _may_end(claim):
        return _TENTATIVE.pack(*claim[:8], claim.replaces or _NO_ID)
    return _FIRM.pack(*claim[:7])


def _minutes_of_day(claim: Claim, day: int) -> tuple[int, int]:
    """The minutes `[first, last)` of a UTC day that a claim takes, buffers included."""
    origin = day * MINUTES_PER_DAY
    return (
        max(claim.start - claim.before - origin, 0),
        min(claim.end + claim.after - origin, MINUTES_PER_DAY),
    )
