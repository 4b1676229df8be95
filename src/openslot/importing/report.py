"""The report of an import: what was taken, what was not and why, what is worth a look."""

from dataclasses import dataclass, field

from openslot.kernel.remarks import Remark

CREATED = "created"
CHANGED = "changed"  # an earlier import had made it otherwise
UNCHANGED = "unchanged"  # an earlier import had made it


@dataclass(frozen=True, slots=True)
class Taken:
    """One row or event that is there now."""

    file: str
    line: int
    id: str | None = None  # of the appointment or block that it became
    change: str = CREATED


@dataclass
class Report:
    """What became of each row; a row that was taken can have remarks too."""

    taken: list[Taken] = field(default_factory=list)
    not_taken: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
