"""`openslot client`: an account's OAuth clients and their secrets."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openslot.cli.apply import print_secrets, secret_json
from openslot.cli.installation import account_id_of, on_database, pepper_of
from openslot.cli.printing import instant, print_json, print_table
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.identity.clients.apply import IssuedCredentials

commands = typer.Typer(help="Create, list and disable clients.", no_args_is_help=True)

AccountName = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's name.")]
ClientKey = Annotated[str, typer.Argument(metavar="KEY", help="The client's key.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


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
    """Create a client and print its secret, once.

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
    """List the clients of an account, or the secrets of one.

    With a client's key: when its secrets were made and last used, and the ids to revoke them by.
    """

    async def work(database: Database, settings: Settings) -> list[dict[str, Any]]:
        operation = _listed if key is None else _secrets
        return await database.read(await account_id_of(database, account), operation, key or "")

    rows = on_database(work)
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
    else:
        print_table(
            ("SECRET ID", "CREATED", "EXPIRES", "LAST USED"),
            [
                (r["id"], r["createdAt"], r["expiresAt"] or "never", r["lastUsedAt"] or "never")
                for r in rows
            ],
        )


def _listed(tx: AccountTx, _: str) -> list[dict[str, Any]]:
    from openslot.identity.clients import clients  # noqa: PLC0415

    return [
        {
            "key": client.key,
            "clientId": client.client_id,
            "name": client.name,
            "active": client.active,
            **client.document,
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

    Its tokens are dead for good.
    """

    def operation(tx: AccountTx) -> None:
        from openslot.identity.clients import clients  # noqa: PLC0415

        clients.disable(tx, clients.by_key(tx, key))

    _write(account, operation)
    typer.echo(f"{account}: client {key} disabled")


@commands.command("revoke-tokens")
def revoke_tokens(account: AccountName, key: ClientKey) -> None:
    """End every token of a client at once, and what users let it do.

    It goes on with the secrets it has and gets new tokens.
    """

    def operation(tx: AccountTx) -> None:
        from openslot.identity.clients import clients  # noqa: PLC0415

        clients.revoke_tokens(tx, clients.by_key(tx, key))

    _write(account, operation)
    typer.echo(f"{account}: every token of client {key} from before is dead")


@commands.command()
def enable(account: AccountName, key: ClientKey) -> None:
    """Take a disabled client again.

    It has the secrets it had; its earlier tokens stay dead.
    """

    def operation(tx: AccountTx) -> None:
        from openslot.identity.clients import clients  # noqa: PLC0415

        clients.enable(tx, clients.by_key(tx, key))

    _write(account, operation)
    typer.echo(f"{account}: client {key} enabled")


@commands.command("rotate-secret")
def rotate_secret(account: AccountName, key: ClientKey, as_json: AsJson = False) -> None:
    """Make a second secret and print it, once.

    The first one lives on until it is revoked, so that a client can change over without a gap.
    """

    def operation(tx: AccountTx, pepper: bytes) -> "IssuedCredentials":
        from openslot.identity.clients import clients, secret_rotation  # noqa: PLC0415
        from openslot.identity.clients.apply import IssuedCredentials  # noqa: PLC0415

        client = clients.by_key(tx, key)
        secret = secret_rotation.make_secret(tx, pepper, client).text
        return IssuedCredentials(tx.account.name, key, client.client_id, secret)

    async def work(database: Database, settings: Settings) -> "IssuedCredentials":

        account_id = await account_id_of(database, account)
        return await database.write(account_id, operation, await pepper_of(database, settings))

    _print_new(on_database(work), as_json)


@commands.command("revoke-secret")
def revoke_secret(
    account: AccountName,
    key: ClientKey,
    secret_id: Annotated[
        str, typer.Argument(metavar="SECRET-ID", help="As `client list ACCOUNT KEY` shows it.")
    ],
) -> None:
    """End a secret at once.

    Tokens that it obtained live on until they expire.
    """

    def operation(tx: AccountTx) -> None:
        from openslot.identity.clients import clients, secret_rotation  # noqa: PLC0415

        secret_rotation.revoke_secret(tx, clients.by_key(tx, key), secret_id)

    _write(account, operation)
    typer.echo(f"{account}: secret {secret_id} of client {key} revoked")


def _write(account: str, operation: Any) -> None:
    async def work(database: Database, settings: Settings) -> None:
        await database.write(await account_id_of(database, account), operation)

    on_database(work)


def _print_new(secret: "IssuedCredentials", as_json: bool) -> None:
    if as_json:
        print_json({"clients": [secret_json(secret)]})
    else:
        print_secrets([secret])
