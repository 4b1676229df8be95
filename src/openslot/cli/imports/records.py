"""The shape of the commands that import records into an account, each record by itself."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from openslot.cli.imports.report import finish, print_report, report_json
from openslot.cli.installation import account_id_of, on_database
from openslot.cli.printing import print_json
from openslot.kernel.remarks import UnreadableFile
from openslot.settings import Settings
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.importing.report import ImportReport

AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def import_records(
    account: str,
    noun: str,
    imported: "Callable[[Database, str], Awaitable[ImportReport]]",
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Imports what `imported` does, of a database and an account's id, and prints the report.

    `noun` is what people call a record once it is there. Ends with exit code 1 when something
    was not taken.
    """

    async def work(database: Database, settings: Settings) -> "ImportReport":
        return await imported(database, await account_id_of(database, account))

    try:
        report = on_database(work)
    except UnreadableFile as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    if as_json:
        print_json({"dryRun": dry_run, **report_json(report)})
    else:
        would = "would be " if dry_run else ""
        for taken in report.taken:
            typer.echo(f"{taken.file}:{taken.line}: {noun} {taken.id} {would}{taken.change}")
        print_report(report, dry_run=dry_run)
    finish(report)
