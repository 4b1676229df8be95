"""A block: time that staff have taken from a resource, or a calendar has. Pure."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from openslot.kernel.clock import Millis, Minute
from openslot.scheduling.model.claim import BLOCK, Claim, claim_id
from openslot.scheduling.model.zones import wall_time


@dataclass(frozen=True, slots=True)
class Block:
    """Leave, repair, a meeting: takes its whole resource."""

    id: str
    branch_id: str
    resource_id: str
    start: Minute
    end: Minute
    reason: str | None
    created_at: Millis
    wall_start: str  # as they were when it was made or changed: 2027-01-04T09:00
    wall_end: str
    time_zone: str

    def at(self, start: Minute, end: Minute, zone: ZoneInfo) -> "Block":
        """It at another time, with the wall times of a zone."""
        return replace(
            self,
            start=start,
            end=end,
            wall_start=wall_time(start, zone),
            wall_end=wall_time(end, zone),
            time_zone=zone.key,
        )

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """Its one resource, as other claimants name theirs."""
        return (self.resource_id,)

    @property
    def claim(self) -> Claim:
        """What it takes of its resource."""
        return Claim(self.start, self.end, 0, 0, 1, BLOCK, claim_id(self.id))


@dataclass(frozen=True, slots=True)
class BlockOrigin:
    """What made a block: an event of a calendar, and the import that wrote it last."""

    calendar: str
    event_key: str  # computed from the event's UID
    imported_at: Millis


@dataclass(frozen=True, slots=True)
class ImportedBlock:
    """A block with its origin; None: people made it, or an import that kept no origins."""

    block: Block
    origin: BlockOrigin | None
