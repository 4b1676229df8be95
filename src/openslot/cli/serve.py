"""`openslot serve`: the server."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from openslot import settings as setting
from openslot.cli.installation import opened, pepper_of, warn_of_open_files
from openslot.cli.migrate import migrated
from openslot.settings import Settings
from openslot.web.http.serving.listening import listening

if TYPE_CHECKING:
    from openslot.observability.logs import LogLines


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
    import structlog  # noqa: PLC0415  (only what serves logs)

    from openslot.observability.logs import configure_logs  # noqa: PLC0415

    settings = setting.load(host=host, port=port)
    log_lines = configure_logs(settings.log_level)
    if migrate:
        for name in asyncio.run(migrated(settings)):
            structlog.get_logger("openslot.cli").info("migrated", migration=name)
    asyncio.run(_checked(settings))
    check_address(settings.host, settings.port)
    warn_of_open_files(settings)
    start(settings, log_lines, workers=workers)


def start(settings: Settings, log_lines: "LogLines", *, workers: int = 1) -> None:
    """Runs the server until it is stopped."""
    from openslot.web import processes  # noqa: PLC0415  (only the server needs the web)

    processes.serve(settings, log_lines, workers=workers)


def check_address(host: str, port: int) -> None:
    """Passes when the server could listen there.

    Raises:
        AddressInUse: another process does, or it is no address of this machine.
    """
    for made in listening(host, port):
        made.close()


async def _checked(settings: Settings) -> None:
    """Refuses here, in one line, what would otherwise end every worker."""
    async with opened(settings) as database:
        await pepper_of(database, settings)
