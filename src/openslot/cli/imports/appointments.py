"""`openslot import appointments`: future appointments from a table."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openslot.cli.imports.records import AccountName, AsJson, import_records
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.importing.report import ImportReport


def import_appointments(
    account: AccountName,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A CSV table.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what each row by itself would do.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Book the appointments of a CSV table.

    Each row is booked by the rules. Where they refuse it, it is booked against them, and the report
    says so; only a block is never overridden. A row whose externalReference was imported before
    changes nothing. The columns are listed in docs/reference/import-files.md. A row with a fault is
    left out, the others are taken.

    Exit code 0: everything was taken; 1: something was not; 2: wrong use.
    """
    from openslot.importing import appointments  # noqa: PLC0415

    async def imported(database: Database, account_id: str) -> "ImportReport":
        return await appointments.import_appointments(
            database, account_id, file.read_bytes(), file.name, dry_run=dry_run
        )

    import_records(account, "appointment", imported, dry_run=dry_run, as_json=as_json)
