"""What becomes of an appointment or a block whose wall time and instant no longer agree. Pure.

Source: the contract's section on time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Millis, Minute
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.claim import Claim
from openslot.scheduling.model.day_sheet import SheetKey
from openslot.scheduling.model.zones import instant_at, wall_time

Choice = Literal["keep-instant", "keep-wall-time"]
KEEP_INSTANT: Choice = "keep-instant"
KEEP_WALL_TIME: Choice = "keep-wall-time"


@dataclass(frozen=True, slots=True)
class AppointmentShift:
    """An appointment as it is, and as it is to be; branch and resources stay."""

    before: Appointment
    after: Appointment
    old: Claim = field(init=False)  # what it takes
    new: Claim = field(init=False)  # what it is to take

    def __post_init__(self) -> None:
        """Makes the claims once: they are asked for again and again."""
        old = self.before.placement.booked_as(self.before.id)
        object.__setattr__(self, "old", old)
        place = self.after.placement
        object.__setattr__(self, "new", old._replace(start=place.start, end=place.end))

    @property
    def branch_id(self) -> str:
        """Its branch."""
        return self.before.placement.branch_id

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """Its resources."""
        return self.before.placement.resource_ids


@dataclass(frozen=True, slots=True)
class BlockShift:
    """A block as it is, and as it is to be; branch and resource stay."""

    before: Block
    after: Block

    @property
    def branch_id(self) -> str:
        """Its branch."""
        return self.before.branch_id

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """Its resource."""
        return self.before.resource_ids

    @property
    def old(self) -> Claim:
        """What it takes."""
        return self.before.claim

    @property
    def new(self) -> Claim:
        """What it is to take."""
        return self.after.claim


Shift = AppointmentShift | BlockShift


def agrees(instant: Minute, wall: str, zone: ZoneInfo) -> bool:
    """Whether an instant reads as this wall time."""
    return wall_time(instant, zone) == wall


def instant_of_wall(wall: str, zone: ZoneInfo, *, ends: bool = False) -> Minute:
    """The instant of a stored wall time: 2027-01-04T09:00, read as `zones.instant_at` does."""
    local = datetime.fromisoformat(wall)
    return instant_at(local.date(), local.hour * 60 + local.minute, zone, ends=ends)


def rebased(
    appointment: Appointment, zone: ZoneInfo, choice: Choice, now: Millis
) -> AppointmentShift:
    """An appointment whose instant and stored wall time agree again, one version later.

    It takes as long as it did. A wall time that does not exist any more becomes the one that its
    instant reads as.
    """
    place, start = appointment.placement, appointment.placement.start
    if choice == KEEP_WALL_TIME:
        start = instant_of_wall(appointment.wall_start, zone)
    after = appointment.changed(
        now,
        wall_start=wall_time(start, zone),
        time_zone=zone.key,
        placement=replace(place, start=start, end=start + place.end - place.start),
    )
    return AppointmentShift(appointment, after)


def rebased_block(block: Block, zone: ZoneInfo, choice: Choice, first: Minute) -> BlockShift:
    """A block whose instants and wall times agree again: its begin and its end, each by itself.

    What is before `first`, the present minute, has happened when it did, and stays. A block whose
    wall times were read in a way that leaves no time between them takes as long as it did.
    """
    start, end = block.start, block.end
    if choice == KEEP_WALL_TIME:
        if start >= first:
            start = instant_of_wall(block.wall_start, zone)
        end = instant_of_wall(block.wall_end, zone, ends=True)
        if end <= start:
            end = start + block.end - block.start
    return BlockShift(block, block.at(start, end, zone))


def keys_of(shift: Shift, claim: Claim) -> Iterator[SheetKey]:
    """The sheets that hold a claim of a shift, its old or its new one."""
    for resource_id in shift.resource_ids:
        for day in claim.days:
            yield shift.branch_id, resource_id, day
