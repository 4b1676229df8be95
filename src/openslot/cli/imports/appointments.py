"""`openslot import appointments`: future appointments from a table."""

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


def import_appointments(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A CSV table.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what each row by itself would do.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Book the appointments of a CSV table.

    Each row is booked by the rules, or else against them, which the report says; only a block
    stands firm. A row whose externalReference was imported before changes nothing. The
    columns are listed in docs/reference/import-files.md. A row with a fault is left out, the
    others are taken.

    Exit code 0: everything was taken; 1: something was not; 2: wrong use.
    """
    from openslot.importing.booking import import_appointments as run  # noqa: PLC0415
    from openslot.importing.tables import UnreadableTable  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> "Report":
        account_id = await account_id_of(database, account)
        return await run(database, account_id, file.read_bytes(), file.name, dry_run=dry_run)

    try:
        report = on_database(work)
    except UnreadableTable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        print_json({"dryRun": dry_run, **report_json(report)})
    else:
        for taken in report.taken:
            would = "would be " if dry_run else ""
            typer.echo(f"{taken.file}:{taken.line}: appointment {taken.id} {would}{taken.change}")
        print_report(report, dry_run=dry_run)
    finish(report)
