"""A block that may have come from a calendar, and from which event of it. Pure."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis
from openslot.scheduling.model.block import Block


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
