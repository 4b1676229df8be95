"""`openslot import blocks`: an iCalendar file as blocks of a resource."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openslot.cli.imports.report import finish, print_report, report_json
from openslot.cli.installation import account_id_of, on_database
from openslot.cli.printing import print_json
from openslot.settings import Settings
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.importing.report import Report


def import_blocks(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="An .ics file.")
    ],
    resource: Annotated[
        str, typer.Option(metavar="KEY", help="The key of the resource whose time it takes.")
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE", formats=["%Y-%m-%d"], help="The last day; a year ahead if not given."
        ),
    ] = None,
    with_reasons: Annotated[
        bool,
        typer.Option(
            "--with-reasons",
            help="Keep each event's title as the block's reason. Everybody who sees the calendar "
            "reads it, so leave it out where titles are about private matters.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what each event by itself would do.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Block a resource where the events of an iCalendar file take time.

    Repeating events are taken up to the last day. Cancelled events, those that are marked as free
    and those that are over are not. Appointments that stand there are kept, and listed. Importing
    the same calendar again changes only what has changed.

    Exit code 0: everything was taken; 1: something was not; 2: wrong use.
    """
    from openslot.calendars.calendar_files import UnreadableCalendar  # noqa: PLC0415
    from openslot.importing.blocks import import_blocks as run  # noqa: PLC0415

    last_day: date | None = until.date() if until else None

    async def work(database: Database, settings: Settings) -> "Report":
        return await run(
            database,
            await account_id_of(database, account),
            resource,
            file.read_bytes(),
            file.name,
            until=last_day,
            with_reasons=with_reasons,
            dry_run=dry_run,
        )

    try:
        report = on_database(work)
    except UnreadableCalendar as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        print_json({"dryRun": dry_run, **report_json(report)})
    else:
        for taken in report.taken:
            would = "would be " if dry_run else ""
            typer.echo(f"{taken.file}:{taken.line}: block {taken.id} {would}{taken.change}")
        print_report(report, dry_run=dry_run)
    finish(report)
