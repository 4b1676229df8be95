"""`openslot migrate`: the database's tables become those of this version."""

import asyncio

import typer

from openslot import settings as setting
from openslot.settings import Settings


def migrate() -> None:
    """Bring the database to this version.

    Makes it when there is none. Going back to an earlier version is not possible.
    """
    ran = asyncio.run(migrated(setting.load()))
    for name in ran:
        typer.echo(f"migrated {name}")
    if not ran:
        typer.echo("Nothing to migrate: the database is up to date.")


async def migrated(settings: Settings) -> list[str]:
    """Migrates the database that the settings name; returns what ran.

    Raises:
        SettingsError: its address is of no known kind.
        DatabaseUnavailable: it cannot be opened.
    """
    from openslot.app import open_database  # noqa: PLC0415

    database = open_database(settings)
    try:
        return await database.migrate()
    finally:
        await database.close()
