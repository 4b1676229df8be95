"""`openslot client`: an account's OAuth clients, their secrets and API keys."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openslot.cli.apply import print_secrets, secret_json
from openslot.cli.arguments import AccountName, AsJson
from openslot.cli.clients import api_keys as api_key_commands
from openslot.cli.installation import (
    account_id_of,
    on_database,
    pepper_of,
    read_account,
    write_account,
)
from openslot.cli.printing import instant, print_json, print_table
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.identity.clients.apply import IssuedCredentials
    from openslot.identity.model.client import Client

commands = typer.Typer(help="Create, list and disable clients.", no_args_is_help=True)
commands.add_typer(api_key_commands.commands)

ClientKey = Annotated[str, typer.Argument(metavar="KEY", help="The client's key.")]


@commands.command()
def create(
    account: AccountName,
    key: ClientKey,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="What people call it.")] = None,
    grant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GRANT",
            help="client_credentials (default), authorization_code, refresh_token; repeatable.",
        ),
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(metavar="SCOPE", help="A scope it may have; repeatable.")
    ] = None,
    redirect_uri: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="Where codes may be sent; repeatable."),
    ] = None,
    auth_method: Annotated[
        str, typer.Option(metavar="METHOD", help="client_secret_basic, private_key_jwt or none.")
    ] = "client_secret_basic",
    jwks: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its public keys, for private_key_jwt.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create a client. Its secret is shown once.

    A later `openslot apply` disables clients that its account file does not list.
    """
    document = {
        "key": key,
        "name": name or key,
        "grants": grant or ["client_credentials"],
        "scopes": scope or [],
        "redirectUris": redirect_uri or [],
        "tokenEndpointAuthMethod": auth_method,
        "jwks": None if jwks is None else _jwks(jwks),
    }
    _print_new(on_database(lambda d, s: _created(d, s, account, document)), as_json)


def _jwks(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{file} is not JSON: {error}", param_hint="--jwks") from error


async def _created(
    database: Database, settings: Settings, account: str, document: dict[str, Any]
) -> "IssuedCredentials":
    from openslot.account_file.apply import fields_of  # noqa: PLC0415
    from openslot.account_file.checking import check_client  # noqa: PLC0415
    from openslot.identity.clients import clients  # noqa: PLC0415
    from openslot.identity.clients.apply import IssuedCredentials  # noqa: PLC0415

    checked = check_client(document)
    client, secret = await database.write(
        await account_id_of(database, account),
        clients.create,
        await pepper_of(database, settings),
        checked.key,
        checked.name,
        fields_of(checked),
    )
    return IssuedCredentials(account, client.key, client.client_id, secret)


@commands.command("list")
def list_clients(
    account: AccountName,
    key: Annotated[
        str | None, typer.Argument(metavar="KEY", help="One client, with its secrets' ids.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the clients of an account with their API keys, or the secrets of one.

    With a client's key: when its secrets were made and last used, and the ids to revoke them by.
    """
    rows = read_account(account, _listed if key is None else lambda tx: _secrets(tx, key))
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo(f"{account} has no clients." if key is None else f"{key} has no secrets.")
    elif key is None:
        print_table(
            ("KEY", "CLIENT ID", "STATE", "METHOD", "NAME"),
            [
                (
                    r["key"],
                    r["clientId"],
                    "active" if r["active"] else "disabled",
                    r["tokenEndpointAuthMethod"],
                    r["name"],
                )
                for r in rows
            ],
        )
        _print_api_keys(rows)
    else:
        print_table(
            ("SECRET ID", "CREATED", "EXPIRES", "LAST USED"),
            [
                (r["id"], r["createdAt"], r["expiresAt"] or "never", r["lastUsedAt"] or "never")
                for r in rows
            ],
        )


def _print_api_keys(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        if row["apiKeys"]:
            typer.echo(f"\n{row['key']}")
            api_key_commands.print_listed(row["apiKeys"])


def _listed(tx: AccountTx) -> list[dict[str, Any]]:
    from openslot.identity.clients import api_keys, clients  # noqa: PLC0415

    listed: dict[str, list[dict[str, Any]]] = {}
    for api_key in api_keys.all_api_keys(tx):
        listed.setdefault(api_key.client_id, []).append(api_key_commands.shown(api_key))
    return [
        {
            "key": client.key,
            "clientId": client.client_id,
            "name": client.name,
            "active": client.active,
            **client.document,
            "apiKeys": listed.get(client.client_id, []),
        }
        for client in clients.all_clients(tx)
    ]


def _secrets(tx: AccountTx, key: str) -> list[dict[str, Any]]:
    from openslot.identity.clients import clients, secret_rotation  # noqa: PLC0415

    return [
        {
            "id": secret.id,
            "createdAt": instant(secret.created_at),
            "expiresAt": instant(secret.expires_at),
            "lastUsedAt": instant(secret.last_used_at),
        }
        for secret in secret_rotation.secrets_of(tx, clients.by_key(tx, key))
    ]


@commands.command()
def disable(account: AccountName, key: ClientKey) -> None:
    """Refuse a client from now on.

    Its tokens are revoked permanently.
    """
    from openslot.identity.clients import clients  # noqa: PLC0415

    _change(account, key, clients.disable)
    typer.echo(f"{account}: client {key} disabled")


@commands.command("revoke-tokens")
def revoke_tokens(account: AccountName, key: ClientKey) -> None:
    """Revoke every token of a client, and the access that users gave to it.

    It gets new tokens with the secrets it has.
    """
    from openslot.identity.clients import clients  # noqa: PLC0415

    _change(account, key, clients.revoke_tokens)
    typer.echo(f"{account}: all previously issued tokens of client {key} are revoked")


@commands.command()
def enable(account: AccountName, key: ClientKey) -> None:
    """Accept a disabled client again.

    It has the secrets it had; its earlier tokens stay revoked.
    """
    from openslot.identity.clients import clients  # noqa: PLC0415

    _change(account, key, clients.enable)
    typer.echo(f"{account}: client {key} enabled")


@commands.command("rotate-secret")
def rotate_secret(account: AccountName, key: ClientKey, as_json: AsJson = False) -> None:
    """Make a second secret. It is shown once.

    The first one stays valid until it is revoked, so that a client can change over without a gap.
    """

    async def work(database: Database, settings: Settings) -> "IssuedCredentials":
        account_id = await account_id_of(database, account)
        pepper = await pepper_of(database, settings)
        return await database.write(account_id, _rotated, pepper, key)

    _print_new(on_database(work), as_json)


def _rotated(tx: AccountTx, pepper: bytes, key: str) -> "IssuedCredentials":
    from openslot.identity.clients import clients, secret_rotation  # noqa: PLC0415
    from openslot.identity.clients.apply import IssuedCredentials  # noqa: PLC0415

    client = clients.by_key(tx, key)
    secret = secret_rotation.make_secret(tx, pepper, client)
    return IssuedCredentials(tx.account.name, key, client.client_id, secret.text)


@commands.command("revoke-secret")
def revoke_secret(
    account: AccountName,
    key: ClientKey,
    secret_id: Annotated[
        str, typer.Argument(metavar="SECRET-ID", help="As `client list ACCOUNT KEY` shows it.")
    ],
) -> None:
    """Revoke a secret at once.

    Tokens that it obtained stay valid until they expire.
    """
    from openslot.identity.clients import secret_rotation  # noqa: PLC0415

    _change(account, key, lambda tx, client: secret_rotation.revoke_secret(tx, client, secret_id))
    typer.echo(f"{account}: secret {secret_id} of client {key} revoked")


def _change(account: str, key: str, change: "Callable[[AccountTx, Client], object]") -> None:
    from openslot.identity.clients import clients  # noqa: PLC0415

    write_account(account, lambda tx: change(tx, clients.by_key(tx, key)))


def _print_new(secret: "IssuedCredentials", as_json: bool) -> None:
    if as_json:
        print_json({"clients": [secret_json(secret)]})
    else:
        print_secrets([secret])
