"""What an import has to do so that a resource's blocks are those of a calendar. Pure.

Only blocks that an import made are changed or removed, and of these only what lies in the window:
what is over, what begins later and what people blocked stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from openslot.calendars.occurrences import ImportWindow, Occurrence
from openslot.kernel.clock import Millis, Minute
from openslot.kernel.ids import named_id
from openslot.scheduling.model.block import Block, BlockOrigin, ImportedBlock


@dataclass(frozen=True, slots=True)
class BlockTarget:
    """Whose blocks are made, and from which calendar."""

    account_id: str
    resource_id: str
    window: ImportWindow
    calendar: str
    began_at: Millis
    with_reasons: bool  # whether a block says the title of its event

    def event_key(self, uid: str) -> str:
        """What an event is known by; its UID may name somebody, and be of any length."""
        return named_id(self._parent, f"event {uid}")

    def block_id(self, name: str) -> str:
        """The id of the block of an occurrence."""
        return named_id(self._parent, name)

    @property
    def _parent(self) -> str:
        return named_id(self.account_id, f"imported blocks of {self.resource_id}")

    def origin(self, uid: str) -> BlockOrigin:
        """Where a block of an event comes from."""
        return BlockOrigin(self.calendar, self.event_key(uid), self.began_at)


@dataclass(frozen=True, slots=True)
class WantedBlock:
    """A block that the calendar gives."""

    block_id: str
    line: int
    start: Minute
    end: Minute
    reason: str | None
    origin: BlockOrigin


@dataclass(frozen=True, slots=True)
class UnwantedBlock:
    """A block that an earlier import made and the calendar does not give any more."""

    block_id: str
    line: int


@dataclass
class BlockChanges:
    """What is to be done, and what is right as it is."""

    wanted: list[WantedBlock] = field(default_factory=list)
    unchanged: list[WantedBlock] = field(default_factory=list)
    unwanted: list[UnwantedBlock] = field(default_factory=list)
    missing: list[list[str]] = field(default_factory=list)  # ids, for each event that is gone


def block_changes(
    target: BlockTarget,
    occurrences: Sequence[Occurrence],
    uid_lines: Mapping[str, int],
    there: Sequence[ImportedBlock],
) -> BlockChanges:
    """Compares what a calendar gives with the blocks of the resource.

    `uid_lines` says where the first event of each UID of the file begins.
    """
    changes = BlockChanges()
    by_id = {one.block.id: one for one in there}
    for wanted in _wanted(target, occurrences, by_id):
        earlier = by_id.get(wanted.block_id)
        done = earlier is not None and _is_done(wanted, earlier)
        (changes.unchanged if done else changes.wanted).append(wanted)
    ids = {wanted.block_id for wanted in (*changes.wanted, *changes.unchanged)}
    lines = {target.event_key(uid): line for uid, line in uid_lines.items()}
    missing: dict[str, list[str]] = {}
    for one in there:
        if one.origin is None or one.block.id in ids or not _is_within(target.window, one.block):
            continue
        line = lines.get(one.origin.event_key)
        if line is not None:
            changes.unwanted.append(UnwantedBlock(one.block.id, line))
        elif one.origin.calendar == target.calendar:
            missing.setdefault(one.origin.event_key, []).append(one.block.id)
    changes.missing = list(missing.values())
    return changes


def _wanted(
    target: BlockTarget, occurrences: Sequence[Occurrence], by_id: Mapping[str, ImportedBlock]
) -> Iterator[WantedBlock]:
    for occurrence in sorted(occurrences, key=lambda one: (one.start, one.line)):
        block_id = _free_id(target, occurrence.name, by_id)
        earlier = by_id.get(block_id)
        start, end = _uncut(occurrence, target.window, earlier.block if earlier else None)
        reason = occurrence.summary if target.with_reasons else None
        origin = target.origin(occurrence.uid)
        yield WantedBlock(block_id, occurrence.line, start, end, reason, origin)


def _uncut(
    occurrence: Occurrence, window: ImportWindow, earlier: Block | None
) -> tuple[Minute, Minute]:
    """When a block is: where it is cut to the window, what lies outside stays as it was."""
    start, end = occurrence.start, occurrence.end
    if earlier is not None and start == window.first:
        start = min(start, earlier.start)
    if earlier is not None and end == window.last:
        end = max(end, earlier.end)
    return start, end


def _free_id(target: BlockTarget, name: str, by_id: Mapping[str, ImportedBlock]) -> str:
    """The id of an occurrence's block. If that block is over, it stays, and another is made."""
    for number in count(1):
        block_id = target.block_id(name if number == 1 else f"{name} again {number}")
        earlier = by_id.get(block_id)
        if earlier is None or earlier.block.end > target.window.now:
            return block_id
    raise AssertionError("numbers do not end")


def _is_within(window: ImportWindow, block: Block) -> bool:
    """Whether an import may remove it: it is not over, and begins before the last day ends."""
    return block.end > window.now and block.start < window.last


def _is_done(wanted: WantedBlock, earlier: ImportedBlock) -> bool:
    """Whether a block is as the calendar says, so that nothing needs to be written."""
    block, origin = earlier.block, earlier.origin
    if (block.start, block.end, block.reason) != (wanted.start, wanted.end, wanted.reason):
        return False
    return origin is not None and (origin.calendar, origin.event_key) == (
        wanted.origin.calendar,
        wanted.origin.event_key,
    )
