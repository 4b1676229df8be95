"""`openslot keys`: the installation's signing keys."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
def list_keys(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the signing keys, the oldest first. Private halves are never shown."""
    from openslot.identity.keys import key_life  # noqa: PLC0415
    from openslot.identity.store import signing_keys  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> list["StoredKey"]:
        return await database.read_system("keys are the installation's", signing_keys.all_keys)

    found = on_database(work)
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
        bool, typer.Option("--emergency", help="Drop every key now: somebody may have one.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Announce a new pair of keys, which signs 24 hours later and disturbs nobody.

    With --emergency every key is dropped at once, and every access token with it.
    """
    from openslot.identity.keys import rotation  # noqa: PLC0415

    if not emergency:
        kids = _made(rotation.announce)
        typer.echo(f"Announced {' and '.join(kids)}: they sign in 24 hours.")
        return
    if not yes:
        typer.confirm(
            "Drop every signing key? Every access token of every account is dead at once; "
            "clients have to ask for new ones",
            abort=True,
            err=True,
        )
    kids = _made(rotation.replace)
    typer.echo(f"{' and '.join(kids)} sign now, and every other key is dropped.")
    typer.echo(
        "Running servers follow within a second. Access tokens issued until then are refused; "
        "clients get new ones as usual. Secrets, sessions and refresh tokens are as before."
    )
    typer.echo(
        "Other programs that verify tokens believe the old keys for as long as they keep "
        "them: five minutes if they heed max-age. Restart those that keep them longer."
    )


def _made(change: Callable[[Database, "KeyRing"], Awaitable[list[str]]]) -> list[str]:
    """Changes the keys under a master key that is the installation's."""
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
