"""What was noticed about data that came in: where, and in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person should know about one place of a file."""

    file: str
    line: int  # 1 is the first
    column: str | None  # the name of the table's column, or of the event's property
    says: str

    def __str__(self) -> str:
        """`file:line: column: what is so`."""
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.column}: {self.says}" if self.column else self.says)


class UnreadableFile(Exception):
    """Nothing can be taken from a file; `remark` says what to change."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(str(remark))
        self.remark = remark
