"""`openslot demo`: something to look at, one minute after the installation."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openslot import settings as setting
from openslot.cli.demo.folder import DemoFolder
from openslot.cli.installation import warn_of_open_files
from openslot.cli.migrate import bring_up_to_date
from openslot.cli.serve import check_address, start
from openslot.settings import Settings

if TYPE_CHECKING:
    from openslot.cli.demo.account import Demo

_HOST = "127.0.0.1"


def demo(
    port: Annotated[
        int, typer.Option(metavar="PORT", min=1, max=65535, help="Port to listen on.")
    ] = 8000,
) -> None:
    """Serve a demo account from ./openslot-demo.db, made at the first start.

    Prints the addresses, who can sign in, the clients with their secrets, and commands to paste.
    """
    from openslot.cli.demo.walkthrough import text_of  # noqa: PLC0415
    from openslot.observability.logs import configure_logs  # noqa: PLC0415

    check_address(_HOST, port)
    folder = DemoFolder(Path())
    settings = setting.load(
        database_url=f"sqlite:///{folder.database}",
        master_key=folder.master_key(),
        host=_HOST,
        port=port,
        public_url=f"http://{_HOST}:{port}",
    )
    prepared = asyncio.run(_ready(settings, folder))
    typer.echo(text_of(settings.public_url, folder, prepared))
    warn_of_open_files(settings, folder.key, folder.credentials)
    start(settings, configure_logs(settings.log_level))


async def _ready(settings: Settings, folder: DemoFolder) -> "Demo":
    """Makes database and account, if they are not there; returns the credentials."""
    from openslot.cli.demo import account  # noqa: PLC0415
    from openslot.database import open_database  # noqa: PLC0415

    database = open_database(settings)
    try:
        await bring_up_to_date(database)
        return await account.prepare(database, settings, folder)
    finally:
        await database.close()
