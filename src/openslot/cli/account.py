"""`openslot account`: the tenants of an installation."""

import typer

from openslot.cli.arguments import AccountName, AsJson, Unasked
from openslot.cli.installation import account_id_of, on_database, write_account
from openslot.cli.printing import instant, print_json, print_table
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.storage.transactions import Database

commands = typer.Typer(help="List, suspend, resume and delete accounts.", no_args_is_help=True)


@commands.command("list")
def list_accounts(as_json: AsJson = False) -> None:
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
def suspend(account: AccountName) -> None:
    """Refuse every token of an account, until it is resumed."""
    from openslot.identity import accounts  # noqa: PLC0415

    write_account(account, accounts.suspend)
    typer.echo(f"{account}: suspended")


@commands.command()
def resume(account: AccountName) -> None:
    """Accept the tokens of a suspended account again."""
    from openslot.identity import accounts  # noqa: PLC0415

    write_account(account, accounts.resume)
    typer.echo(f"{account}: active")


@commands.command("revoke-tokens")
def revoke_tokens(account: AccountName) -> None:
    """Revoke every token of an account, and the access that its users gave to clients.

    Clients get new tokens with the secrets they have; users are asked to give access again.
    """
    from openslot.identity import accounts  # noqa: PLC0415

    write_account(account, accounts.revoke_tokens)
    typer.echo(f"{account}: all previously issued tokens are revoked")


@commands.command()
def delete(account: AccountName, yes: Unasked = False) -> None:
    """Delete an account and everything in it. This cannot be undone."""
    from openslot.identity import accounts  # noqa: PLC0415

    async def work(database: Database, settings: Settings) -> None:
        account_id = await account_id_of(database, account)
        if not yes:
            typer.confirm(
                f"Delete {account}, its catalogue, appointments, clients and users permanently?",
                abort=True,
                err=True,
            )
        await database.write_system("the operator deletes an account", accounts.delete, account_id)

    on_database(work)
    typer.echo(f"{account}: deleted")
