"""Numbered migrations, forward only: `migrations/NNNN_what.sql`."""

from collections.abc import Collection
from importlib import resources

from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import SchemaMismatch

CREATE_LOG = SystemStatement(
    "CREATE TABLE IF NOT EXISTS schema_migrations ("
    "name TEXT NOT NULL PRIMARY KEY, applied_at BIGINT NOT NULL)"
)
APPLIED = SystemStatement("SELECT name FROM schema_migrations ORDER BY name")
LOG = SystemStatement(
    "INSERT INTO schema_migrations (name, applied_at) VALUES (:name, :applied_at)"
)


def migrations() -> list[tuple[str, str]]:
    """Every migration as (name, SQL script), in order."""
    folder = resources.files("openslot.storage") / "migrations"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda f: f.name
    )
    return [(file.name.removesuffix(".sql"), file.read_text(encoding="utf-8")) for file in files]


def check(database: str, applied: Collection[str], known: Collection[str]) -> None:
    """Passes when the migrations that ran are those that are known; `database` begins a sentence.

    Raises:
        SchemaMismatch: they are not.
    """
    missing, newer = sorted(set(known) - set(applied)), sorted(set(applied) - set(known))
    if missing:
        raise SchemaMismatch(
            f"{database} lacks {', '.join(missing)}: "
            "run `openslot migrate` (or `openslot serve --migrate`)"
        )
    if newer:
        raise SchemaMismatch(
            f"{database} is of a newer Openslot ({', '.join(newer)}): run that version"
        )
