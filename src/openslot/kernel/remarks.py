"""What was noticed about data that came in: where, and in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be told about one place of a file."""

    file: str
    line: int  # 1 is the first
    column: str | None  # the name of the table's column, or of the event's property
    says: str

    def __str__(self) -> str:
        """`file:line: column: what is so`."""
        where = f"{self.file}:{self.line}: "
        return where + (f"{self.column}: {self.says}" if self.column else self.says)
