"""`openslot import csv`: a folder of tables as an account file."""

from os.path import lexists
from pathlib import Path
from typing import Annotated

import typer

from openslot.cli.imports.report import finish, print_report, report_json
from openslot.cli.printing import print_json
from openslot.storage.private_files import write_new


class AccountFileExists(OSError):
    """An import never overwrites a file, which somebody may have worked on since."""


def import_csv(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            exists=True,
            file_okay=False,
            help="Where branches.csv, services.csv, resources.csv and opening_hours.csv are.",
        ),
    ],
    account: Annotated[str, typer.Option(metavar="NAME", help="What the account is called.")],
    title: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="What people call it.")
    ] = None,
    locale: Annotated[
        list[str] | None,
        typer.Option(metavar="LOCALE", help="A locale, the default first; repeatable."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write the account file."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Make an account file for `openslot apply` from a folder of CSV tables.

    It is written to standard output, or to FILE; the report goes to standard error. With --json
    the report is printed, and the account file is in it unless FILE is named. The columns
    are listed in docs/reference/import-files.md. A row with a fault is left out, the others are
    taken.

    Exit code 0: everything was taken; 1: something was not; 2: wrong use.
    """
    from openslot.account_file.checking import InvalidAccountFile  # noqa: PLC0415
    from openslot.account_file.yaml_text import yaml_of  # noqa: PLC0415
    from openslot.importing.account_tables import account_of, own_fields  # noqa: PLC0415

    try:
        own = own_fields(account, title or account, locale or [])
    except InvalidAccountFile as error:
        raise typer.BadParameter("; ".join(fault.detail for fault in error.faults)) from error
    if output is not None and lexists(output):
        says = f"{output} exists already; name another file, or remove it"
        raise AccountFileExists(says)
    document, report = account_of(folder, own)
    text = None if document is None else yaml_of(document)
    if text is not None and output is not None:
        write_new(output, text)
    if as_json:
        print_json({"accountFile": text if output is None else None, **report_json(report)})
    else:
        if text is not None and output is None:
            typer.echo(text, nl=False)
        print_report(report)
    finish(report)
