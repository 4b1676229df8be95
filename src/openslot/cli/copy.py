"""`openslot copy`: an installation moves to another database, of either kind."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from openslot import settings as setting
from openslot.cli.printing import print_json, print_table
from openslot.settings import Settings
from openslot.storage import schema
from openslot.storage.connection import Row
from openslot.storage.transactions import (
    Database,
    DatabaseUnavailable,
    SchemaMismatch,
    SystemTx,
)

if TYPE_CHECKING:
    from openslot.scheduling.verify import Verification
    from openslot.storage.copying import Copied, Copying

_URL = "sqlite:///path or postgresql://…"


class _Differs(Exception):
    """What was written is not what it should be; raised so that it is rolled back."""


def copy(
    source: Annotated[str, typer.Option("--from", metavar="URL", help=f"{_URL}, which is read.")],
    target: Annotated[str, typer.Option("--to", metavar="URL", help=f"{_URL}, which is empty.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Copy everything into another, empty database; exit 1 on any difference.

    Stop the servers first: what they write after this began is not in the copy. In the end
    either the whole copy is there or nothing of it. The master key stays the same.
    """
    from openslot.storage import copying  # noqa: PLC0415

    from_settings = setting.load(database_url=source)
    to_settings = setting.load(database_url=target)
    asyncio.run(_made_ready(from_settings, to_settings))
    copied: list[Copied] = []
    reports: list[Verification] = []
    try:
        with _copying(from_settings).reading() as read, _copying(to_settings).writing() as write:
            copying.refuse_unless_empty(write)
            copied += copying.copy(read, write)
            reports += _verified(write.system())
            if not all(c.equal for c in copied) or any(r.differences for r in reports):
                raise _Differs
    except _Differs:
        _print(copied, reports, json=json, done=False)
        raise typer.Exit(1) from None
    _print(copied, reports, json=json, done=True)


async def _made_ready(source: Settings, target: Settings) -> None:
    """The source has this version's tables; the target too, made there if it has none at all.

    Raises:
        SettingsError: an address is of no known kind.
        SchemaMismatch: one of them is of another version.
        DatabaseUnavailable: one of them cannot be opened.
    """
    from openslot.database import open_database  # noqa: PLC0415

    database = open_database(source, make=False)
    try:
        await database.check_schema()
    finally:
        await database.close()
    database = open_database(target)
    try:
        await database.check_schema()
    except SchemaMismatch:
        if await _any_migration(database):
            raise
        await database.migrate()
    finally:
        await database.close()


async def _any_migration(database: Database) -> bool:
    def applied(tx: SystemTx) -> Sequence[Row]:
        return tx.all(schema.APPLIED)

    try:
        return bool(await database.read_system("is the target a new database?", applied))
    except DatabaseUnavailable:
        return False  # there is no such table; or `migrate` says what there is


def _copying(settings: Settings) -> "Copying":
    from openslot.database import open_copying  # noqa: PLC0415

    return open_copying(settings)


def _verified(tx: SystemTx) -> "list[Verification]":
    from openslot.identity import accounts  # noqa: PLC0415
    from openslot.scheduling.verify import verify  # noqa: PLC0415

    return [verify(tx.account(account.id)) for account in accounts.all_accounts(tx)]


def _print(
    copied: "Sequence[Copied]", reports: "Sequence[Verification]", *, json: bool, done: bool
) -> None:
    wrong = {report.account: report.differences for report in reports if report.differences}
    if json:
        print_json(
            {
                "copied": done,
                "tables": [
                    {
                        "table": each.table,
                        "rows": each.source.rows,
                        "digest": f"{each.source.sum:032x}",
                        "rowsWritten": each.target.rows,
                        "digestWritten": f"{each.target.sum:032x}",
                    }
                    for each in copied
                ],
                "accounts": len(reports),
                "differences": wrong,
            }
        )
        return
    print_table(
        ("table", "rows", "digest", "written"),
        [
            (
                each.table,
                str(each.source.rows),
                f"{each.source.sum:032x}",
                "the same" if each.equal else f"differs: {each.target.rows} rows",
            )
            for each in copied
        ],
    )
    for account, differences in wrong.items():
        typer.echo(f"{account}: {len(differences)} differences")
        for text in differences:
            typer.echo(f"  {text}")
    rows = sum(each.source.rows for each in copied)
    if done:
        typer.echo(f"Copied {rows} rows of {len(reports)} accounts. Use the same master key.")
    elif wrong:
        typer.echo("Nothing was saved. `openslot verify` on the source shows what must be fixed.")
    else:
        typer.echo("Nothing was saved.")
