"""`openslot client make-api-key` and its kin: keys for an interface that knows no tokens."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openslot.cli.apply import api_key_json, print_api_keys, print_secrets
from openslot.cli.arguments import AccountName, AsJson
from openslot.cli.installation import account_id_of, on_database, pepper_of, write_account
from openslot.cli.printing import instant, print_json, print_table
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.identity.clients.apply_api_keys import IssuedApiKey
    from openslot.identity.model.api_key import ApiKey, ApiKeyContent

commands = typer.Typer()

Client = Annotated[str, typer.Argument(metavar="CLIENT", help="The client's key.")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="The name of the API key.")]


class PartyCountingOption(StrEnum):
    """What a number of customers says that comes with the API key."""

    TOTAL = "total"
    ADDITIONAL = "additional"


@commands.command("make-api-key")
def make_api_key(
    account: AccountName,
    client: Client,
    key: Key,
    party_counting: Annotated[
        PartyCountingOption,
        typer.Option(help="Whether a number of customers is everybody, or those beside the first."),
    ] = PartyCountingOption.TOTAL,
    customer_look_up: Annotated[
        bool, typer.Option("--customer-look-up", help="Let it find a person's appointments.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make an API key of a client. It is shown once.

    A later `openslot apply` revokes API keys that its account file does not list.
    """

    async def work(database: Database, settings: Settings) -> "IssuedApiKey":
        from openslot.account_file.checking import check_api_key  # noqa: PLC0415

        content = check_api_key(
            {
                "key": key,
                "partyCounting": party_counting.value,
                "customerLookUp": customer_look_up,
            }
        )
        account_id = await account_id_of(database, account)
        pepper = await pepper_of(database, settings)
        return await database.write(account_id, _made, pepper, client, content)

    made = on_database(work)
    if as_json:
        print_json({"apiKeys": [api_key_json(made)]})
    else:
        print_api_keys([made])
        print_secrets([], others=True)


def _made(tx: AccountTx, pepper: bytes, client: str, content: "ApiKeyContent") -> "IssuedApiKey":
    from openslot.identity.clients import api_keys, clients  # noqa: PLC0415
    from openslot.identity.clients.apply_api_keys import IssuedApiKey  # noqa: PLC0415

    made = api_keys.make(tx, pepper, clients.by_key(tx, client), content)
    return IssuedApiKey(tx.account.name, client, content.key, made.text)


@commands.command("revoke-api-key")
def revoke_api_key(account: AccountName, client: Client, key: Key) -> None:
    """Revoke an API key. Its next call is refused."""
    write_account(account, lambda tx: _revoke(tx, client, key))
    typer.echo(f"{account}: API key {key} of client {client} revoked")


def _revoke(tx: AccountTx, client: str, key: str) -> None:
    from openslot.identity.clients import api_keys, clients  # noqa: PLC0415

    api_keys.revoke(tx, api_keys.by_key(tx, clients.by_key(tx, client), key))


def shown(api_key: "ApiKey") -> dict[str, Any]:
    """An API key as JSON, without its text."""
    return {
        "id": api_key.id,
        "key": api_key.content.key,
        "partyCounting": api_key.content.party_counting,
        "customerLookUp": api_key.content.customer_look_up,
        "createdAt": instant(api_key.created_at),
        "expiresAt": instant(api_key.content.expires_at),
        "lastUsedAt": instant(api_key.last_used_at),
    }


def print_listed(api_keys: list[dict[str, Any]]) -> None:
    """The API keys of a client for people."""
    print_table(
        ("API KEY", "COUNTING", "LOOK-UP", "CREATED", "EXPIRES", "LAST USED"),
        [
            (
                r["key"],
                r["partyCounting"],
                "yes" if r["customerLookUp"] else "no",
                r["createdAt"],
                r["expiresAt"] or "never",
                r["lastUsedAt"] or "never",
            )
            for r in api_keys
        ],
    )
