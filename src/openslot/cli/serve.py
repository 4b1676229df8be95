"""`openslot serve`: the server."""

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from openslot import settings as setting
from openslot.cli.installation import opened, pepper_of, warn_of_open_files
from openslot.cli.migrate import migrated
from openslot.settings import Settings
from openslot.storage.transactions import Database
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
        await _look_at_zone_data(database, settings)


async def _look_at_zone_data(database: Database, settings: Settings) -> None:
    """At the first start under other zone data: logs how many to come no longer agree with it."""
    import structlog  # noqa: PLC0415

    from openslot.identity import accounts  # noqa: PLC0415
    from openslot.scheduling import zone_data  # noqa: PLC0415
    from openslot.scheduling.model import zones  # noqa: PLC0415

    reason = "zone data is the installation's"
    noted = await database.read_system(reason, zone_data.noted)
    digest, version = zones.zone_data()
    if noted == digest:
        return
    kinds: Counter[str] = Counter()
    for account in await database.read_system(reason, accounts.all_accounts):
        kinds.update(one.kind for one in await database.read(account.id, zone_data.check))
    if noted is not None or kinds:
        log = structlog.get_logger("openslot.zone_data")
        (log.warning if kinds else log.info)(
            "other zone data than at the last start",
            version=version,
            appointments_that_disagree=kinds[zone_data.APPOINTMENT],
            blocks_that_disagree=kinds[zone_data.BLOCK],
            hint="openslot timezones check lists them, openslot timezones rebase changes them",
        )
    await database.write_system(reason, zone_data.note)
