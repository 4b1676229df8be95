"""`openslot backup`: a consistent copy of an embedded database while it runs."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from openslot import settings as setting
from openslot.settings import Settings, SettingsError


class NoFile(SettingsError):
    """There is no database file: PostgreSQL has its own backups."""


class BackupExists(OSError):
    """A backup never overwrites another; name another file, or remove that one."""


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the copy.")],
) -> None:
    """Copy the database while the servers run.

    The copy is consistent, and complete once this command ends.
    """
    settings = setting.load()
    if file.exists():
        raise BackupExists(f"{file} exists already; name another file, or remove it")
    asyncio.run(_copied(settings, file))
    typer.echo(f"{file}: {file.stat().st_size} bytes")


async def _copied(settings: Settings, file: Path) -> None:
    from openslot.app import open_database  # noqa: PLC0415
    from openslot.storage.sqlite.database import SqliteDatabase  # noqa: PLC0415

    database = open_database(settings, make=False)
    if not isinstance(database, SqliteDatabase):
        await database.close()
        raise NoFile(
            "This copies an embedded database; of PostgreSQL, `pg_dump` makes a consistent copy "
            "while the servers run"
        )
    # Complete or absent: a backup that was interrupted must not look like one.
    partial = file.with_name(file.name + ".partial")
    try:
        # People's data is in it: for the owner's eyes.
        os.close(os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        await database.backup(partial)
        partial.replace(file)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
    finally:
        partial.unlink(missing_ok=True)
        await database.close()
