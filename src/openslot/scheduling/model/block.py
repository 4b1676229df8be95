"""A block: time that staff have taken from a resource. Pure."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis, Minute


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
