"""`openslot migrate`: the database's tables become those of this version."""

import asyncio

import typer

from openslot import settings as setting
from openslot.settings import Settings
from openslot.storage.transactions import Database


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
    from openslot.database import open_database  # noqa: PLC0415

    database = open_database(settings)
    try:
        return await bring_up_to_date(database)
    finally:
        await database.close()


async def bring_up_to_date(database: Database) -> list[str]:
    """Migrates a database, and works out what SQL cannot; returns the migrations that ran.

    Raises:
        DatabaseUnavailable: somebody else writes all the time, or it cannot be written.
    """
    from openslot.identity import accounts  # noqa: PLC0415
    from openslot.scheduling import earlier_appointments, zone_data  # noqa: PLC0415
    from openslot.scheduling.people import search_index  # noqa: PLC0415

    ran = await database.migrate()
    every = await database.read_system("blocks of before have no wall time", accounts.all_accounts)
    for account in every:
        await database.write(account.id, zone_data.fill_blocks)
        while await database.write(account.id, earlier_appointments.fill):
            pass
        after: tuple[int, str] | None = earlier_appointments.FROM_THE_FIRST
        while after is not None:
            after = await database.write(account.id, earlier_appointments.fill_customers, after)
        before: str | None = search_index.FROM_THE_LAST
        while before is not None:
            before = await database.write(account.id, search_index.fill, before)
    return ran
