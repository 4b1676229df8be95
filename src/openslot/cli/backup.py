"""`openslot backup`: a consistent copy of an embedded database while it runs."""

import asyncio
from os.path import lexists
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openslot import settings as setting
from openslot.cli.progress import ProgressLine
from openslot.settings import Settings, SettingsError
from openslot.storage.private_files import give_name, make_file

if TYPE_CHECKING:
    from openslot.storage.sqlite.database import SqliteDatabase


class NoFile(SettingsError):
    """There is no database file: PostgreSQL has its own backups."""


class BackupExists(OSError):
    """A backup never overwrites another; name another file, or remove that one."""


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the copy.")],
) -> None:
    """Copy the database while the servers run.

    The copy is consistent. SQLite checks it before it gets its name: if it is damaged, there is
    no FILE, and the exit code is 1.
    """
    settings = setting.load()
    if lexists(file):
        raise BackupExists(f"{file} exists already; name another file, or remove it")
    asyncio.run(_backed_up(settings, file))
    typer.echo(f"{file}: {file.stat().st_size} bytes")


async def _backed_up(settings: Settings, file: Path) -> None:
    from openslot.database import open_database  # noqa: PLC0415
    from openslot.storage.sqlite.database import SqliteDatabase  # noqa: PLC0415

    database = open_database(settings, make=False)
    try:
        if not isinstance(database, SqliteDatabase):
            raise NoFile(
                "This copies an embedded database; of PostgreSQL, `pg_dump` makes a consistent "
                "copy while the servers run"
            )
        await _copied(database, file)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
    finally:
        await database.close()


async def _copied(database: "SqliteDatabase", file: Path) -> None:
    """Makes the file, complete and checked, or nothing.

    Raises:
        DatabaseDamaged: the database is, and so the copy would be.
        OSError, DatabaseUnavailable: the file cannot be made.
    """
    partial = file.with_name(file.name + ".partial")
    partial.unlink(missing_ok=True)  # of a run that was interrupted
    make_file(partial)
    try:
        with ProgressLine(f"Copying {database.path}") as line:
            await database.backup(partial, line.at)
        _name(partial, file, of=database.path)
    finally:
        partial.unlink(missing_ok=True)


def _name(partial: Path, file: Path, *, of: Path) -> None:
    """Gives a copy its name, after it was read back."""
    from openslot.storage.sqlite.integrity import check_copy  # noqa: PLC0415

    with ProgressLine(f"Checking {partial}"):
        check_copy(partial).refuse_damage(f"The copy of {of}")
    give_name(partial, file)
