"""`openslot keys`: the installation's signing keys."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openslot.cli.arguments import AsJson, Unasked
from openslot.cli.installation import on_database
from openslot.cli.printing import instant, print_json, print_table
from openslot.kernel.clock import now_ms
from openslot.settings import Settings
from openslot.storage.transactions import Database

if TYPE_CHECKING:
    from openslot.identity.keys.key_ring import KeyRing
    from openslot.identity.model.signing_key import StoredKey

commands = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)

_HEADINGS = ("KEY", "ALGORITHM", "STATE", "ANNOUNCED", "SIGNS FROM", "SIGNS UNTIL", "REMOVED AT")


@commands.callback()
def keys() -> None:
    """The keys that sign access tokens."""


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


def _made(change: Callable[[Database, "KeyRing"], Awaitable[list[str]]]) -> list[str]:
    """Changes the keys, once the master key is known to be the installation's."""
    from openslot.identity.keys.key_ring import KeyRing  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> list[str]:
        return await change(database, await KeyRing.load(database, settings.master_key_bytes))

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
