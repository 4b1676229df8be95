"""`openslot timezones`: appointments and blocks after a change of zone data."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openslot.cli.arguments import AccountName, AsJson
from openslot.cli.installation import account_id_of, on_database
from openslot.cli.printing import counted, print_json
from openslot.kernel.clock import Minute, instant_of_minute
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.scheduling.rebasing.shifts import Choice, Shift
    from openslot.scheduling.zone_data import Disagreement

commands = typer.Typer(
    help="Find what no longer agrees with the zone data, and make it agree.", no_args_is_help=True
)


@commands.command()
def check(
    accounts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ACCOUNT]...", help="Names of accounts; all if not given."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List appointments and blocks to come whose wall time and instant no longer agree.

    Exit code 0: all agree with the zone data in force; 1: some do not.
    """
    from openslot.scheduling import zone_data  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> list[dict[str, Any]]:
        reports = []
        for name, account_id in await _accounts(database, accounts):
            found = await database.read(account_id, zone_data.check)
            keys = await database.read(account_id, _branch_keys)
            reports.append({"account": name, "disagreeing": [_shown(one, keys) for one in found]})
        return reports

    reports = on_database(work)
    if as_json:
        print_json(reports)
    else:
        for report in reports:
            _print(report["account"], report["disagreeing"])
    if any(report["disagreeing"] for report in reports):
        raise typer.Exit(1)


@commands.command()
def rebase(
    account: AccountName,
    keep_wall_time: Annotated[
        bool, typer.Option("--keep-wall-time", help="Move the instant: people come as they noted.")
    ] = False,
    keep_instant: Annotated[
        bool, typer.Option("--keep-instant", help="Leave the instant; the wall time changes.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make what is to come agree with the zone data in force again.

    Without an option as the account's setting `zoneDataChange` says. What is to be moved and has
    no room, since the time was booked meanwhile, stays as it is and is named.

    Exit code 0: all agree; 1: something was left; 2: wrong use.
    """
    from openslot.scheduling import zone_data  # noqa: PLC0415
    from openslot.scheduling.rebasing.shifts import KEEP_INSTANT, KEEP_WALL_TIME  # noqa: PLC0415

    if keep_wall_time and keep_instant:
        raise typer.BadParameter("say --keep-wall-time or --keep-instant, not both")

    async def work(database: Database, settings: Settings) -> dict[str, Any]:
        account_id = await account_id_of(database, account)
        choice = await database.read(account_id, _choice)
        if keep_wall_time or keep_instant:
            choice = KEEP_WALL_TIME if keep_wall_time else KEEP_INSTANT
        found = await database.read(account_id, zone_data.check)
        keys = await database.read(account_id, _branch_keys)
        report = {"account": account, "choice": choice, "dryRun": dry_run}
        made: list[dict[str, Any]] = []
        left: list[dict[str, Any]] = []
        for branch_id in dict.fromkeys(one.branch_id for one in found):
            if dry_run:
                done = await database.read(account_id, zone_data.plan, branch_id, choice)
            else:
                done = await database.write(account_id, _rebase, branch_id, choice)
            made += [_shown_shift(shift, keys) for shift in done.made]
            left += [_shown_shift(shift, keys) for shift in done.left]
        return {**report, "rebased": made, "left": left}

    report = on_database(work)
    if as_json:
        print_json(report)
    else:
        _print_rebased(report)
    if report["left"]:
        raise typer.Exit(1)


def _rebase(tx: AccountTx, branch_id: str, choice: "Choice") -> Any:
    from openslot.kernel.actor import operator_of  # noqa: PLC0415
    from openslot.scheduling import zone_data  # noqa: PLC0415

    return zone_data.rebase(tx, operator_of(tx.account.id), branch_id, choice)


def _choice(tx: AccountTx) -> "Choice":
    choice: Choice = tx.account.content["settings"].get("zoneDataChange", "keep-wall-time")
    return choice


def _branch_keys(tx: AccountTx) -> dict[str, str]:
    from openslot.scheduling.catalogue.current import current_catalogue  # noqa: PLC0415

    return {branch.id: branch.key for branch in current_catalogue(tx).branches.values()}


async def _accounts(database: Database, names: Sequence[str] | None) -> list[tuple[str, str]]:
    """The accounts with these names, or all.

    Raises:
        NotFound: there is none with one of the names.
    """
    from openslot.identity import accounts  # noqa: PLC0415

    if names:
        return [(name, await account_id_of(database, name)) for name in dict.fromkeys(names)]
    every = await database.read_system("all accounts are checked", accounts.all_accounts)
    return [(account.name, account.id) for account in every]


def _shown(one: "Disagreement", keys: dict[str, str]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": one.kind,
        "id": one.id,
        "branch": keys.get(one.branch_id, one.branch_id),
        "timeZone": one.time_zone,
        "startTime": _text(one.start),
        "wallTime": one.wall_start,
        "readsAs": one.reads_start,
    }
    if one.end is not None:
        shown |= {
            "endTime": _text(one.end),
            "endWallTime": one.wall_end,
            "endReadsAs": one.reads_end,
        }
    return shown


def _shown_shift(shift: "Shift", keys: dict[str, str]) -> dict[str, Any]:
    from openslot.scheduling.rebasing.shifts import AppointmentShift  # noqa: PLC0415
    from openslot.scheduling.zone_data import APPOINTMENT, BLOCK  # noqa: PLC0415

    return {
        "kind": APPOINTMENT if isinstance(shift, AppointmentShift) else BLOCK,
        "id": shift.before.id,
        "branch": keys.get(shift.branch_id, shift.branch_id),
        "old": _shown_side(shift.old.start, shift.old.end, shift.before.wall_start),
        "new": _shown_side(shift.new.start, shift.new.end, shift.after.wall_start),
    }


def _shown_side(start: Minute, end: Minute, wall_start: str) -> dict[str, str]:
    return {"startTime": _text(start), "endTime": _text(end), "wallTime": wall_start}


def _text(minute: Minute) -> str:
    return instant_of_minute(minute).strftime("%Y-%m-%dT%H:%MZ")


def _print(account: str, found: Sequence[dict[str, Any]]) -> None:
    counts = Counter(one["kind"] for one in found)
    typer.echo(
        f"{account}: {counted(counts['appointment'], 'appointment')} and "
        f"{counted(counts['block'], 'block')} to come no longer agree with the zone data"
    )
    for one in found:
        line = (
            f"  {one['kind']} {one['id']} at {one['branch']}: {one['wallTime']} in "
            f"{one['timeZone']}, but {one['startTime']} reads as {one['readsAs']}"
        )
        if "endTime" in one:
            line += f"; to {one['endWallTime']}, but {one['endTime']} reads as {one['endReadsAs']}"
        typer.echo(line)


def _print_rebased(report: dict[str, Any]) -> None:
    rebased, left = report["rebased"], report["left"]
    counts = Counter(one["kind"] for one in rebased)
    would = "would be rebased" if report["dryRun"] else "rebased"
    typer.echo(
        f"{report['account']}: {counted(counts['appointment'], 'appointment')} and "
        f"{counted(counts['block'], 'block')} {would} ({report['choice']}), {len(left)} left"
    )
    for one in left:
        typer.echo(
            f"  left: {one['kind']} {one['id']} at {one['branch']}, {one['old']['startTime']}: "
            f"no room at {one['new']['startTime']}, where it would be {one['new']['wallTime']}"
        )
