"""A block: time that staff have taken from a resource. Pure."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis, Minute
from openslot.scheduling.model.claim import BLOCK, Claim, claim_id


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

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """Its one resource, as other claimants name theirs."""
        return (self.resource_id,)

    @property
    def claim(self) -> Claim:
        """What it takes of its resource."""
        return Claim(self.start, self.end, 0, 0, 1, BLOCK, claim_id(self.id))
