"""`openslot verify`: whether the data is consistent."""

from typing import Annotated

import typer

from openslot import settings as setting
from openslot.cli.installation import on_database
from openslot.cli.printing import print_json
from openslot.cli.progress import ProgressLine
from openslot.setting_values import without_password
from openslot.settings import Settings
from openslot.storage.damage import Integrity
from openslot.storage.transactions import Database


def verify(
    repair: Annotated[
        bool, typer.Option(help="Rewrite day sheets and listings that are wrong.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check that the database is not damaged, no slot is booked twice and every record agrees.

    The database's own check of its pages comes first, and reads all of them. Exit code 1 on damage
    or any difference.
    """
    pages = _check_pages()
    from openslot.identity import accounts  # noqa: PLC0415
    from openslot.scheduling.verify import Verification  # noqa: PLC0415
    from openslot.scheduling.verify import verify as verify_account  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> list[Verification]:
        every = await database.read_system("all accounts are verified", accounts.all_accounts)
        run = database.write if repair else database.read
        reports = []
        for account in every:
            with ProgressLine(f"Comparing the records of {account.name}") as line:
                report = await run(account.id, verify_account, repair=repair, progress=line.at)
            reports.append(report)
        return reports

    reports = on_database(work)
    if json:
        print_json(
            [
                {
                    "account": report.account,
                    "counts": dict(report.counts),
                    "differences": report.differences,
                    "excused": report.excused,
                    "repaired": report.repaired,
                    "relisted": report.relisted,
                }
                for report in reports
            ]
        )
    else:
        for text in pages.done:
            typer.echo(f"checked: {text}")
        for text in pages.left_out:
            typer.echo(f"not checked: {text}")
        for report in reports:
            _print(report.account, dict(report.counts), report.differences, report.excused)
            if report.repaired:
                typer.echo(f"{report.account}: rewrote {report.repaired} day sheets")
            if report.relisted:
                what = "appointment" if report.relisted == 1 else "appointments"
                typer.echo(f"{report.account}: listed {report.relisted} {what} again")
    if any(report.differences for report in reports):
        raise typer.Exit(1)


def _check_pages() -> Integrity:
    """Passes when the engine finds nothing wrong; returns what it looked at.

    Raises:
        DatabaseDamaged: it found something.
        SettingsError, DatabaseUnavailable: there is nothing that can be read.
    """
    from openslot.database import check_integrity  # noqa: PLC0415

    settings = setting.load()
    name = without_password(settings.database_url)
    with ProgressLine(f"Checking {name}"):
        integrity = check_integrity(settings)
    integrity.refuse_damage(f"The database {name}")
    return integrity


def _print(
    account: str, counts: dict[str, int], differences: list[str], excused: list[str]
) -> None:
    looked_at = ", ".join(f"{count} {what}" for what, count in counts.items())
    typer.echo(f"{account}: {looked_at}; {len(differences)} differences")
    for text in differences:
        typer.echo(f"  {text}")
    for text in excused:
        typer.echo(f"  allowed: {text}")
