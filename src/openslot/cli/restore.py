"""`openslot restore`: a backup takes the place of the embedded database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from openslot import settings as setting
from openslot.cli.arguments import AsJson
from openslot.cli.printing import print_json
from openslot.cli.progress import ProgressLine
from openslot.settings import Settings, SettingsError
from openslot.storage.transactions import DatabaseUnavailable, SchemaMismatch, SystemTx

if TYPE_CHECKING:
    from openslot.identity.restoring import Credential
    from openslot.storage.sqlite.database import SqliteDatabase

T = TypeVar("T")

_SAYS = {
    "account": "account {account}, with everything in it",
    "client": "client {name} of {account}",
    "secret": "secret of {account}: {name}",
    "user": "user {name} of {account}",
    "password": "an earlier password of {name} of {account}",
    "second factor": "an earlier second factor, or none, of {name} of {account}",
    "recovery code": "recovery codes of {name} of {account}, which were used or replaced",
    "feed": "an address of calendar feed {name} of {account}",
    "signing key": "signing key {name}: run `openslot keys rotate --emergency` if it was removed "
    "because somebody may have it",
}


class NotEmbedded(SettingsError):
    """There is no database file: PostgreSQL has its own backups."""


@dataclass
class Restored:
    """What was done."""

    database: Path
    replaced: Path | None = None
    migrated: list[str] = field(default_factory=list)
    tokens_ended: bool = True
    dropped: int = 0  # deliveries that were due: they may have left since the backup was made
    alive_again: "list[Credential] | None" = None  # None: there is nothing to compare with
    warnings: list[str] = field(default_factory=list)


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The backup.")
    ],
    keep_tokens: Annotated[
        bool,
        typer.Option("--keep-tokens", help="Leave the backup's sessions, grants and tokens alive."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of the embedded database. Stop the servers first.

    FILE is checked as `openslot verify` checks, and stays as it is; one of an earlier version is
    migrated on its way. The replaced database gets another name, which is printed. Sessions,
    grants, tokens and invitations from before are over. If it is refused, nothing is changed.
    """
    done = _restored(setting.load(), file, keep_tokens=keep_tokens)
    if as_json:
        _print_json(done)
    else:
        _print(done, file)
    for text in done.warnings:
        typer.echo(f"openslot: {text}", err=True)


def _restored(settings: Settings, file: Path, *, keep_tokens: bool) -> Restored:
    from openslot.storage.sqlite.replacement import NoBackup, Replacement  # noqa: PLC0415

    replacement = Replacement(_path(settings))
    if replacement.database.exists() and file.samefile(replacement.database):
        raise NoBackup(f"{file} is the database itself")
    done = Restored(replacement.database, tokens_ended=not keep_tokens)
    with (
        ProgressLine(f"Copying and checking {file}"),
        replacement.exclusively(),
        replacement.copied(file),
    ):
        restored = asyncio.run(_prepared(settings, replacement.copy, file, done))
        done.replaced = replacement.swap()
    if done.replaced is not None:
        _compare(done, done.replaced, restored)
    return done


def _path(settings: Settings) -> Path:
    if not settings.database_url.startswith("sqlite:///"):
        raise NotEmbedded(
            "This restores an embedded database; into PostgreSQL, `pg_restore` or `psql` reads "
            "what `pg_dump` made"
        )
    return Path(settings.database_url.removeprefix("sqlite:///"))


async def _prepared(
    settings: Settings, copy: Path, file: Path, done: Restored
) -> "frozenset[Credential]":
    """Checks the copy, makes it one of this version, ends what must end; returns what lets in.

    Raises:
        DatabaseDamaged: SQLite finds damage.
        NoBackup: it is no database of ours, of a newer version, or contradicts itself.
    """
    from openslot.app import message_channels  # noqa: PLC0415
    from openslot.cli.migrate import bring_up_to_date  # noqa: PLC0415
    from openslot.storage.sqlite.database import SqliteDatabase  # noqa: PLC0415
    from openslot.storage.sqlite.integrity import check_copy  # noqa: PLC0415
    from openslot.storage.sqlite.replacement import NoBackup  # noqa: PLC0415

    check_copy(copy).refuse_damage(f"The backup {file}", "Nothing was changed. Take another one")
    database = SqliteDatabase(copy, make=False)
    try:
        if not await database.any_migration():
            raise NoBackup(f"{file} is not a backup of Openslot: it has none of its tables")
        try:
            done.migrated = await bring_up_to_date(database)
            await database.check_schema()
        except SchemaMismatch as error:
            raise NoBackup(str(error).replace(f"The database at {copy}", str(file))) from error
        done.dropped = await _check_accounts(
            database, file, message_channels(settings), end=done.tokens_ended
        )
        if settings.master_key:
            await _check_master_key(database, settings, done)
        return await database.read_system("who is let in", _let_in)
    finally:
        await database.close()


async def _check_accounts(
    database: "SqliteDatabase", file: Path, channels: frozenset[str], *, end: bool
) -> int:
    """Verifies every account, and ends what it has given, if that is wanted.

    `channels` are those of messages. Returns how many deliveries and messages were dropped.
    """
    from openslot.delivery import restoring as delivery  # noqa: PLC0415
    from openslot.identity import accounts, restoring  # noqa: PLC0415
    from openslot.scheduling.verify import verify  # noqa: PLC0415
    from openslot.storage.sqlite.replacement import NoBackup  # noqa: PLC0415

    dropped = 0
    every = await database.read_system("all accounts are restored", accounts.all_accounts)
    for account in every:
        report = await database.read(account.id, verify)
        if report.differences:
            raise NoBackup(
                f"{file} contradicts itself: {account.name} has {len(report.differences)} "
                f"differences. `openslot verify --repair` with OPENSLOT_DATABASE_URL=sqlite:///"
                f"{file} may help"
            )
        if end:
            await database.write(account.id, restoring.end_everything)
        dropped += await database.write(account.id, delivery.drop_due, channels)
    return dropped


async def _check_master_key(database: "SqliteDatabase", settings: Settings, done: Restored) -> None:
    from openslot.identity.keys.purpose_keys import PurposeKeys  # noqa: PLC0415

    try:
        await PurposeKeys.load(database, settings.master_key_bytes)
    except SettingsError as error:
        done.warnings.append(f"The server will not start yet: {error}")


def _compare(done: Restored, replaced: Path, restored: "frozenset[Credential]") -> None:
    from openslot.identity import restoring  # noqa: PLC0415

    try:
        before = _read(replaced, _let_in)
    except DatabaseUnavailable as error:
        done.warnings.append(
            f"What the replaced database had ended is not known, since it cannot be read: {error}"
        )
    else:
        done.alive_again = restoring.ended(before, restored)


def _let_in(tx: SystemTx) -> "frozenset[Credential]":
    from openslot.identity import restoring  # noqa: PLC0415
    from openslot.scheduling.feeds import feeds  # noqa: PLC0415

    of_feeds = {restoring.Credential("feed", *each) for each in feeds.addresses(tx)}
    return restoring.credentials(tx) | of_feeds


def _read(path: Path, operation: Callable[[SystemTx], T]) -> T:
    from openslot.storage.sqlite.copying import SqliteCopying  # noqa: PLC0415

    with SqliteCopying(path).reading() as file:
        return operation(file.system())


def _print(done: Restored, file: Path) -> None:
    typer.echo(f"{done.database} is {file} now.")
    for name in done.migrated:
        typer.echo(f"migrated {name}")
    if done.replaced is not None:
        typer.echo(f"The replaced database is {done.replaced}.")
    if done.tokens_ended:
        typer.echo("Every session, grant, token and invitation from before is over.")
    else:
        typer.echo("Sessions, grants and tokens of the backup are alive.")
    if done.dropped:
        typer.echo(
            f"{done.dropped} deliveries to webhooks and messages to customers were dropped: they "
            "may have left since. Replay what a receiver lacks."
        )
    if done.alive_again:
        typer.echo("Alive again, although the replaced database had ended it:")
    for each in done.alive_again or ():
        typer.echo(f"  {_SAYS[each.kind].format(account=each.account, name=each.name)}")


def _print_json(done: Restored) -> None:
    again = done.alive_again
    print_json(
        {
            "database": str(done.database),
            "replaced": None if done.replaced is None else str(done.replaced),
            "migrated": done.migrated,
            "tokensEnded": done.tokens_ended,
            "dropped": done.dropped,
            "aliveAgain": None
            if again is None
            else [{"kind": c.kind, "account": c.account, "name": c.name} for c in again],
        }
    )
