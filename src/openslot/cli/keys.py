"""`openslot keys`: the installation's signing keys and its master key."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openslot import settings as setting
from openslot.cli.arguments import AsJson, Unasked
from openslot.cli.installation import on_database
from openslot.cli.printing import instant, print_json, print_table
from openslot.kernel.clock import now_ms
from openslot.setting_values import WrongValue, key_bytes
from openslot.settings import Settings, SettingsError
from openslot.storage import private_files
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.identity.keys.key_ring import KeyRing
    from openslot.identity.model.signing_key import StoredKey

commands = typer.Typer(help="The keys of the installation.", no_args_is_help=True)

_HEADINGS = ("KEY", "ALGORITHM", "STATE", "ANNOUNCED", "SIGNS FROM", "SIGNS UNTIL", "REMOVED AT")


@commands.callback()
def keys() -> None:
    """The keys of the installation: those that sign access tokens, and the master key."""


@commands.command("list")
def list_keys(as_json: AsJson = False) -> None:
    """List the signing keys, the oldest first. Private halves are never shown."""
    from openslot.identity.keys import key_life, key_ring  # noqa: PLC0415

    found = on_database(lambda database, settings: key_ring.stored_keys(database))
    rows = _shown(found)
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("There are no signing keys yet; the first start of `openslot serve` makes them.")
    else:
        # What is not known before the next rotation is a hyphen.
        print_table(_HEADINGS, [tuple(value or "-" for value in row.values()) for row in rows])
        due = key_life.next_announcement(key.start for key in found)
        typer.echo(f"The next pair is announced at {instant(due)}, or by `openslot keys rotate`.")


@commands.command()
def rotate(
    emergency: Annotated[
        bool, typer.Option("--emergency", help="Replace every key now: somebody may have one.")
    ] = False,
    yes: Unasked = False,
) -> None:
    """Announce a new pair of keys, which signs 24 hours later and disturbs nobody.

    With --emergency every key is replaced at once, and no access token is valid any more.
    """
    from openslot.identity.keys import rotation  # noqa: PLC0415

    if not emergency:
        kids = _made(rotation.announce)
        typer.echo(f"Announced {' and '.join(kids)}: they sign in 24 hours.")
        return
    if not yes:
        typer.confirm(
            "Replace every signing key? Every access token of every account becomes invalid at "
            "once; clients must get new ones",
            abort=True,
            err=True,
        )
    kids = _made(rotation.replace)
    typer.echo(f"{' and '.join(kids)} sign now, and every other key is removed.")
    typer.echo(
        "Running servers follow within a second. Access tokens issued until then are refused; "
        "clients get new ones as usual. Secrets, sessions and refresh tokens stay valid."
    )
    typer.echo(
        "Other programs that verify tokens trust the old keys for as long as they cache them: "
        "five minutes if they respect max-age. Restart those that cache them longer."
    )


@commands.command("replace-master")
def replace_master(
    new_key_file: Annotated[
        Path,
        typer.Option(
            "--new-key-file",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Where the new master key is: base64 of 32 bytes.",
        ),
    ],
) -> None:
    """Replace the master key of an installation that is stopped.

    OPENSLOT_MASTER_KEY is the present one. Everything works on: secrets, sessions, refresh tokens,
    second factors and signing keys. If this is interrupted, the present key stays good. Whoever has
    the old key and a copy of the database from before can still read what is in that copy.
    """
    from openslot.database import refuse_if_in_use  # noqa: PLC0415
    from openslot.identity.keys.master_key_replacement import (  # noqa: PLC0415
        replace_master_key,
    )

    settings = setting.load()
    old, new = settings.master_key_bytes, _key_in(new_key_file)
    refuse_if_in_use(settings)
    if old == new:
        raise SettingsError(f"{new_key_file} holds the master key that is in use")
    on_database(lambda database, _: replace_master_key(database, old, new))
    for text in private_files.warnings_about([new_key_file]):
        typer.echo(f"openslot: warning: {text}", err=True)
    typer.echo(
        f"The master key is the one in {new_key_file} now. Set OPENSLOT_MASTER_KEY or "
        "OPENSLOT_MASTER_KEY_FILE to it before you start the server."
    )
    typer.echo("Keep the old one for backups from before, or destroy both.")


def _key_in(file: Path) -> bytes:
    try:
        return key_bytes(file.read_text(encoding="utf-8").strip())
    except (WrongValue, UnicodeDecodeError) as error:
        said = error if isinstance(error, WrongValue) else "must be base64 of exactly 32 bytes"
        raise SettingsError(
            f"{file} {said}; make one with `openssl rand -base64 32 > {file}`"
        ) from error


def _made(change: Callable[[Database, "KeyRing"], Awaitable[list[str]]]) -> list[str]:
    """Changes the keys, once the master key is known to be the installation's."""
    from openslot.identity.keys.key_ring import KeyRing  # noqa: PLC0415
    from openslot.identity.keys.purpose_keys import PurposeKeys  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> list[str]:
        keys = await PurposeKeys.load(database, settings.master_key_bytes)
        return await change(database, await KeyRing.load(database, keys))

    return on_database(work)


def _shown(found: list["StoredKey"]) -> list[dict[str, Any]]:
    from openslot.identity.keys import key_life  # noqa: PLC0415

    lives = key_life.lives(key.start for key in found)
    now = now_ms()
    return [
        {
            "kid": key.kid,
            "algorithm": key.algorithm,
            "state": lives[key.start].state(now),
            "announcedAt": instant(lives[key.start].announced_at),
            "signsFrom": instant(lives[key.start].signs_from),
            "signsUntil": instant(lives[key.start].signs_until),
            "removedAt": instant(lives[key.start].removed_at),
        }
        for key in found
    ]
