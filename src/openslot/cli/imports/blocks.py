"""`openslot import blocks`: an iCalendar file as blocks of a resource."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openslot.cli.imports.records import AccountName, AsJson, import_records
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.importing.report import ImportReport


def import_blocks(
    account: AccountName,
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
    calendar: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="What the calendar is called; the name of FILE if not given."
        ),
    ] = None,
    remove_missing: Annotated[
        bool,
        typer.Option(
            "--remove-missing",
            help="Also remove the blocks of events that an earlier import of this calendar had "
            "and the file does not have any more.",
        ),
    ] = False,
    with_reasons: Annotated[
        bool,
        typer.Option(
            "--with-reasons",
            help="Store each event's title as the block's reason. Everybody who sees the calendar "
            "can read it, so leave this out if titles are about private matters.",
        ),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what each event by itself would do.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Block a resource where the events of an iCalendar file take time.

    Repeating events are taken up to the last day. Cancelled events, those that are marked as free
    and those that are over are not. Appointments in that time stay, and are listed. Importing the
    same calendar again changes only what has changed, and removes the blocks of events that were
    moved out of that time, cancelled or marked as free. Blocks of events that are gone from the
    file are named, and removed with `--remove-missing`.

    Exit code 0: everything was taken; 1: something was not; 2: wrong use.
    """
    from openslot.importing import blocks  # noqa: PLC0415

    wish = blocks.BlockImport(
        resource,
        _read(file),
        file.name,
        calendar=calendar,
        until=until.date() if until else None,
        with_reasons=with_reasons,
        remove_missing=remove_missing,
        dry_run=dry_run,
    )

    async def imported(database: Database, account_id: str) -> "ImportReport":
        return await blocks.import_blocks(database, account_id, wish)

    import_records(account, "block", imported, dry_run=dry_run, as_json=as_json)


def _read(file: Path) -> bytes:
    """What is in a file; of one that is too large no more than shows that it is."""
    from openslot.calendars.calendar_files import MOST_BYTES  # noqa: PLC0415

    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)
