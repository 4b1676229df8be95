"""`openslot serve`: the server."""

import asyncio
import socket
from contextlib import closing
from typing import Annotated

import typer

from openslot import settings as setting
from openslot.cli.installation import opened, pepper_of, warn_of_open_files
from openslot.cli.migrate import migrated
from openslot.settings import Settings


class AddressInUse(OSError):
    """Nothing can listen there; choose another `--port`, or stop the other server."""


def serve(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Address to listen on.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", min=1, max=65535, help="Port to listen on.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, max=64, help="Server processes.")] = 1,
    migrate: Annotated[bool, typer.Option("--migrate", help="Migrate the database first.")] = False,
) -> None:
    """Serve identity, APIs and pages until SIGTERM."""
    settings = setting.load(host=host, port=port)
    if migrate:
        for name in asyncio.run(migrated(settings)):
            typer.echo(f"migrated {name}", err=True)
    asyncio.run(_checked(settings))
    check_address(settings.host, settings.port)
    warn_of_open_files(settings)
    start(settings, workers=workers)


def start(settings: Settings, *, workers: int = 1) -> None:
    """Runs the server until it is stopped."""
    from openslot.web import server  # noqa: PLC0415  (only the server needs the web)

    server.serve(settings, workers=workers)


def check_address(host: str, port: int) -> None:
    """Passes when the server could listen there.

    Raises:
        AddressInUse: another process does, or it is no address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or error
            says = f"{host}:{port} cannot be listened on: {why}. Choose another --port"
            raise AddressInUse(says) from error


async def _checked(settings: Settings) -> None:
    """Refuses here, in one line, what would otherwise end every worker."""
    async with opened(settings) as database:
        await pepper_of(database, settings)
