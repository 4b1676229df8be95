"""`openslot account`: the tenants of an installation."""

from collections.abc import Callable
from typing import Annotated

import typer

from openslot.cli.installation import account_id_of, on_database
from openslot.cli.printing import instant, print_json, print_table
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx, Database

commands = typer.Typer(help="List, suspend, resume and delete accounts.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]


@commands.command("list")
def list_accounts(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List every account."""
    from openslot.identity import accounts  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> list[Account]:
        return list(await database.read_system("the operator lists them", accounts.all_accounts))

    found = on_database(work)
    if as_json:
        print_json(
            [
                {
                    "account": account.name,
                    "id": account.id,
                    "name": account.content["title"],
                    "sandbox": account.sandbox,
                    "suspendedAt": instant(account.suspended_at),
                }
                for account in found
            ]
        )
        return
    if not found:
        typer.echo("There are no accounts; `openslot apply FILE` makes them.")
        return
    print_table(("ACCOUNT", "KIND", "STATE", "ID"), [_row(account) for account in found])


def _row(account: Account) -> tuple[str, ...]:
    suspended = instant(account.suspended_at)
    return (
        account.name,
        "sandbox" if account.sandbox else "live",
        f"suspended since {suspended}" if suspended else "active",
        account.id,
    )


@commands.command()
def suspend(account: Name) -> None:
    """Refuse every token of an account, until it is resumed."""
    from openslot.identity import accounts  # noqa: PLC0415

    _change(account, accounts.suspend)
    typer.echo(f"{account}: suspended")


@commands.command()
def resume(account: Name) -> None:
    """Take the tokens of a suspended account again."""
    from openslot.identity import accounts  # noqa: PLC0415

    _change(account, accounts.resume)
    typer.echo(f"{account}: active")


@commands.command("revoke-tokens")
def revoke_tokens(account: Name) -> None:
    """End every token of an account at once, and what its users let clients do.

    Clients go on with the secrets they have and get new tokens; users let clients act again.
    """
    from openslot.identity import accounts  # noqa: PLC0415

    _change(account, accounts.revoke_tokens)
    typer.echo(f"{account}: every token from before is dead")


@commands.command()
def delete(
    account: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete an account with everything in it, for good."""
    from openslot.identity import accounts  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> None:
        account_id = await account_id_of(database, account)
        if not yes:
            typer.confirm(
                f"Delete {account} with its catalogue, appointments and clients, for good?",
                abort=True,
                err=True,
            )
        await database.write_system("accounts are made and deleted", accounts.delete, account_id)

    on_database(work)
    typer.echo(f"{account}: deleted")


def _change(account: str, operation: Callable[[AccountTx], None]) -> None:
    async def work(database: Database, settings: Settings) -> None:
        await database.write(await account_id_of(database, account), operation)

    on_database(work)
