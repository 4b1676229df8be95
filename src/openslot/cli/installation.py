"""The installation that a command works on: its settings, and its database while it runs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from openslot import settings as setting
from openslot.kernel.errors import NotFound
from openslot.settings import Settings
from openslot.storage import private_files
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.identity.keys.purpose_keys import PurposeKeys

T = TypeVar("T")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database, with the tables of this version.

    Raises:
        SettingsError: its address is of no known kind.
        SchemaMismatch: `openslot migrate` has to run first.
        DatabaseUnavailable: it cannot be opened.
    """
    from openslot.database import open_database  # noqa: PLC0415

    database = open_database(settings, make=False)
    try:
        await database.check_schema()
        yield database
    finally:
        await database.close()


def on_database(work: Callable[[Database, Settings], Awaitable[T]]) -> T:
    """Runs `work` on the database that the settings name, and closes it.

    Raises:
        SettingsError, SchemaMismatch, DatabaseUnavailable: as `opened`.
    """
    settings = setting.load()

    async def main() -> T:
        async with opened(settings) as database:
            return await work(database, settings)

    return asyncio.run(main())


def read_account(name: str, operation: Callable[[AccountTx], T]) -> T:
    """What an operation reads in the account with this name.

    Raises:
        NotFound: there is none.
        SettingsError, SchemaMismatch, DatabaseUnavailable: as `opened`.
    """

    async def work(database: Database, settings: Settings) -> T:
        return await database.read(await account_id_of(database, name), operation)

    return on_database(work)


def write_account(name: str, operation: Callable[[AccountTx], T]) -> T:
    """As `read_account`, for an operation that changes the account."""

    async def work(database: Database, settings: Settings) -> T:
        return await database.write(await account_id_of(database, name), operation)

    return on_database(work)


def warn_of_open_files(settings: Settings, *others: Path) -> None:
    """Names the database's files, and others, that not only their owner can open."""
    files = list(others)
    if settings.database_url.startswith("sqlite:///"):
        database = settings.database_url.removeprefix("sqlite:///")
        files += [Path(database + end) for end in ("", "-wal", "-shm")]
    for text in private_files.warnings_about(files):
        with suppress(OSError):  # a warning that nobody can read stops nothing
            typer.echo(f"openslot: warning: {text}", err=True)


async def purpose_keys_of(database: Database, settings: Settings) -> "PurposeKeys":
    """The installation's own keys.

    Raises:
        SettingsError: the master key is missing, or is not that of this installation.
    """
    from openslot.identity.keys.purpose_keys import PurposeKeys  # noqa: PLC0415

    return await PurposeKeys.load(database, settings.master_key_bytes)


async def pepper_of(database: Database, settings: Settings) -> bytes:
    """The key of secrets' digests, from a master key that is the installation's.

    Raises:
        SettingsError: the master key is missing, or is not the installation's.
    """
    from openslot.identity.clients import secrets  # noqa: PLC0415
    from openslot.identity.keys.purpose_keys import PurposeKeys  # noqa: PLC0415

    return secrets.pepper_of(await PurposeKeys.load(database, settings.master_key_bytes))


async def account_id_of(database: Database, name: str) -> str:
    """The id of the account with this name.

    Raises:
        NotFound: there is none.
    """
    from openslot.identity import accounts  # noqa: PLC0415

    account = await database.read_system("the operator names an account", accounts.by_name, name)
    if account is None:
        raise NotFound(f"There is no account {name!r}; `openslot account list` shows them all")
    return account.id
