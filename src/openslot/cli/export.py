"""`openslot export`: an account as an account file."""

from typing import Annotated

import typer

from openslot.cli.installation import account_id_of, on_database
from openslot.cli.printing import print_json
from openslot.settings import Settings
from openslot.storage.transactions import Database


def export(
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print an account as an account file, without secrets."""
    from openslot.account_file.export import export_account  # noqa: PLC0415
    from openslot.account_file.yaml_text import yaml_of  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> dict[str, object]:
        return await database.read(await account_id_of(database, account), export_account)

    document = on_database(work)
    if as_json:
        print_json(document)
    else:
        typer.echo(yaml_of(document), nl=False)
