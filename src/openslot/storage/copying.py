"""Moving everything from one database to another, whatever their kinds, row by row.

Each side is one open transaction: the source a snapshot, the target used by nobody else. What the
target holds is read back out of it before it is committed, and compared.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol

from openslot.kernel.errors import OpenslotError
from openslot.storage.connection import Row
from openslot.storage.statements import SystemStatement
from openslot.storage.tables import Table, tables
from openslot.storage.transactions import SystemTx

BATCH = 1000  # rows that are in memory at once
_MODULUS = 1 << 128


class TargetNotEmpty(OpenslotError):
    """The database to copy into holds something already; nothing was changed in it."""

    code = "target_not_empty"
    title = "The target is not empty"


class Source(Protocol):
    """A snapshot of a database."""

    def rows(self, table: Table) -> Iterator[Row]:
        """Every row, in any order, a batch at a time; bytes as `bytes`."""


class Target(Source, Protocol):
    """A transaction that fills a database; nobody else reads or writes there meanwhile."""

    def write(self, table: Table, rows: Iterable[Row]) -> None:
        """Adds rows, a batch at a time."""

    def system(self) -> SystemTx:
        """The same transaction as operations take it, to look at what was written."""


class Copying(Protocol):
    """What can be copied from or into. Leaving the block ends the transaction."""

    def reading(self) -> AbstractContextManager[Source]:
        """Opens a snapshot.

        Raises:
            DatabaseUnavailable: it cannot be read.
        """

    def writing(self) -> AbstractContextManager[Target]:
        """Opens the transaction; commits it, or takes everything back when the block raises.

        Raises:
            DatabaseUnavailable: it cannot be written, or somebody else uses it.
        """


@dataclass(slots=True)
class Content:
    """What a table holds: how many rows, and one number for all of them in any order.

    The number is the sum of the rows' digests (BLAKE2b, 128 bits), so that a row that is there
    twice counts twice.
    """

    rows: int = 0
    sum: int = 0

    def add(self, row: Row) -> None:
        """Counts a row."""
        if any(type(value) is str and "\0" in value for value in row):
            row = tuple(_without_nul(value) for value in row)
        digest = blake2b(repr(row).encode("utf-8", "backslashreplace"), digest_size=16).digest()
        self.sum = (self.sum + int.from_bytes(digest, "big")) % _MODULUS
        self.rows += 1

    def counting(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Passes rows on and counts them."""
        for row in rows:
            self.add(row)
            yield row


def _without_nul(value: object) -> object:
    """A text as PostgreSQL can hold it: without U+0000, which is written as U+FFFD there."""
    return value.replace("\0", "\ufffd") if type(value) is str else value


@dataclass(frozen=True, slots=True)
class Copied:
    """One table on both sides."""

    table: str
    source: Content = field(default_factory=Content)
    target: Content = field(default_factory=Content)

    @property
    def equal(self) -> bool:
        """Whether both hold the same."""
        return self.source == self.target


def refuse_unless_empty(target: Target) -> None:
    """Passes when no table of the target has a row.

    Raises:
        TargetNotEmpty: one has.
    """
    system = target.system()
    full = [
        table.name
        for table in tables()
        if system.one(SystemStatement(f"SELECT 1 FROM {table.name} LIMIT 1"))  # noqa: S608
    ]
    if full:
        raise TargetNotEmpty(
            f"The database to copy into has rows in {', '.join(full)}; nothing was changed there. "
            "Name one that is empty, or that `openslot migrate` has just made"
        )


def copy(source: Source, target: Target) -> Iterator[Copied]:
    """Copies every table, and reads each back; what is reported of one is true of both sides."""
    for table in tables():
        copied = Copied(table.name)
        target.write(table, copied.source.counting(source.rows(table)))
        for row in target.rows(table):
            copied.target.add(row)
        yield copied
