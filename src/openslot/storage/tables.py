"""The tables that the migrations make, asked of a database in memory that they have just made.

So there is no second list: what copies, compares or guards every table asks here.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import Literal

from openslot.storage import schema
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SchemaMismatch

Type = Literal["TEXT", "INTEGER", "BIGINT", "BLOB"]

COLUMNS = SystemStatement("""
    SELECT t.name, c.name, c.type FROM sqlite_master AS t, pragma_table_info(t.name) AS c
    WHERE t.type = 'table' ORDER BY t.name, c.cid
""")
INDEXES = SystemStatement(
    "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column, with the type as the migrations write it."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Table:
    """One table, with its columns in their order."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> str:
        """The columns as SQL lists them."""
        return ", ".join(column.name for column in self.columns)

    @property
    def account(self) -> str | None:
        """The column that says whose a row is; None: the rows are the installation's."""
        if self.name == "accounts":
            return "id"
        return "account_id" if any(c.name == "account_id" for c in self.columns) else None


@cache
def tables() -> tuple[Table, ...]:
    """Every table of this version, by name. What migrations ran is not among them."""
    with closing(_made()) as made:
        rows = made.execute(COLUMNS).fetchall()
    return tuple(
        Table(name, tuple(Column(column, type_) for table, column, type_ in rows if table == name))
        for name in dict.fromkeys(table for table, _, _ in rows)
    )


@cache
def indexes() -> frozenset[str]:
    """The names of all indexes of this version, besides those of primary keys."""
    with closing(_made()) as made:
        return frozenset(name for (name,) in made.execute(INDEXES))


def check(database: str, columns: Collection[tuple[str, str, str]], found: Collection[str]) -> None:
    """Passes when a database has every column and index of this version, and may have others.

    `columns` are (table, name, type as the migrations write it), `found` the indexes' names.

    Raises:
        SchemaMismatch: something is not there; the tables were changed by hand.
    """
    wanted = {(table.name, c.name, c.type) for table in tables() for c in table.columns}
    lacking = [f"{table}.{name} ({type_})" for table, name, type_ in sorted(wanted - {*columns})]
    lacking += [f"the index {name}" for name in sorted(indexes() - {*found})]
    if lacking:
        raise SchemaMismatch(
            f"{database} has run every migration and yet lacks {', '.join(lacking)}: its tables "
            "were changed by hand; restore a backup, or create by hand what is missing"
        )


def _made() -> sqlite3.Connection:
    made = sqlite3.connect(":memory:", isolation_level=None)
    for _, script in schema.migrations():
        made.executescript(script)
    return made
