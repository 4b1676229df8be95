"""`openslot verify`: whether the data holds together."""

from typing import Annotated

import typer

from openslot.cli.installation import on_database
from openslot.cli.printing import print_json
from openslot.settings import Settings
from openslot.storage.transactions import Database


def verify(
    repair: Annotated[
        bool, typer.Option(help="Rewrite day sheets and listings that are wrong.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check that no slot is booked twice and every record agrees; exit 1 on any difference."""
    from openslot.identity import accounts  # noqa: PLC0415
    from openslot.scheduling.verify import Verification  # noqa: PLC0415
    from openslot.scheduling.verify import verify as verify_account  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> list[Verification]:
        every = await database.read_system("all accounts are verified", accounts.all_accounts)
        run = database.write if repair else database.read
        return [await run(account.id, verify_account, repair=repair) for account in every]

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
        for report in reports:
            _print(report.account, dict(report.counts), report.differences, report.excused)
            if report.repaired:
                typer.echo(f"{report.account}: rewrote {report.repaired} day sheets")
            if report.relisted:
                what = "appointment" if report.relisted == 1 else "appointments"
                typer.echo(f"{report.account}: listed {report.relisted} {what} anew")
    if any(report.differences for report in reports):
        raise typer.Exit(1)


def _print(
    account: str, counts: dict[str, int], differences: list[str], excused: list[str]
) -> None:
    looked_at = ", ".join(f"{count} {what}" for what, count in counts.items())
    typer.echo(f"{account}: {looked_at}; {len(differences)} differences")
    for text in differences:
        typer.echo(f"  {text}")
    for text in excused:
        typer.echo(f"  allowed: {text}")
