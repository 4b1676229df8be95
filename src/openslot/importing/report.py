"""The report of an import: what was taken, what was not and why, what is worth a look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from openslot.kernel.remarks import Remark

CREATED = "created"
CHANGED = "changed"  # an earlier import had made it otherwise
UNCHANGED = "unchanged"  # an earlier import had made it
REMOVED = "removed"  # an earlier import had made it, and it is not wanted any more


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """One row or event that is there now, or what was removed because of it."""

    file: str
    line: int
    id: str | None = None  # of the appointment or block that it became
    change: str = CREATED


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one row or event; the remarks say why it was not taken, or what to look at."""

    taken: ImportedRecord | None
    remarks: Sequence[Remark] = ()


@dataclass
class ImportReport:
    """What became of each row; a row that was taken can have remarks too."""

    taken: list[ImportedRecord] = field(default_factory=list)
    not_taken: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def add(self, outcomes: Iterable[ImportOutcome]) -> None:
        """Adds what became of the records of one file, and puts what was not taken in order."""
        for outcome in outcomes:
            if outcome.taken is None:
                self.not_taken += outcome.remarks
            else:
                self.taken.append(outcome.taken)
                self.remarks += outcome.remarks
        self.sort()

    def sort(self) -> None:
        """Puts what was not taken, and what is worth a look, in the order of the file."""
        self.not_taken.sort(key=lambda remark: remark.line)
        self.remarks.sort(key=lambda remark: remark.line)
