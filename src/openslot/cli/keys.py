"""`openslot keys`: the installation's signing keys."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from openslot.cli.installation import on_database
from openslot.cli.printing import print_json, print_table
from openslot.settings import Settings
from openslot.storage.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from openslot.identity.store.signing_keys import SealedKey

commands = typer.Typer(help="The keys that sign access tokens.", no_args_is_help=True)


@commands.callback()
def keys() -> None:
    """The keys that sign access tokens."""


@commands.command("list")
def list_keys(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the signing keys, the oldest first. Private halves are never shown."""
    from openslot.identity.store import signing_keys  # noqa: PLC0415

    async def work(database: SqliteDatabase, settings: Settings) -> Sequence["SealedKey"]:
        return await database.read_system("keys are the installation's", signing_keys.all_keys)

    found = on_database(work)
    newest = {key.algorithm: key.kid for key in found}
    rows = [
        {"kid": key.kid, "algorithm": key.algorithm, "signs": newest[key.algorithm] == key.kid}
        for key in found
    ]
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("There are no signing keys yet; the first start of `openslot serve` makes them.")
    else:
        print_table(
            ("KEY", "ALGORITHM", "USE"),
            [
                (str(r["kid"]), str(r["algorithm"]), "signs" if r["signs"] else "verifies")
                for r in rows
            ],
        )
