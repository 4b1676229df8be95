"""The demo account: applied from `account.yaml` once, then changed only by its visitors."""

import secrets
from dataclasses import asdict, dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

from openslot.cli.demo.bookings import fill
from openslot.cli.demo.first_day import book_first_day
from openslot.cli.demo.folder import DemoFolder
from openslot.identity import accounts
from openslot.identity.clients import api_keys, clients, secret_rotation
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.identity.model.api_key import ApiKeyContent
from openslot.identity.model.roles import ADMINISTRATOR
from openslot.identity.people import users
from openslot.identity.people.passwords import Passwords
from openslot.kernel.actor import Actor
from openslot.kernel.clock import instant_of_millis, now_ms
from openslot.kernel.errors import NotFound
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx, Database

if TYPE_CHECKING:
    from openslot.account_file.document import AccountDocument

ACCOUNT = "demo"
_EMAIL = "admin@demo.example"
_PORTAL, _API_KEY = "portal", "demo"


@dataclass(frozen=True, slots=True)
class DemoClient:
    """One of the demo's clients, with the secret that a real installation would not store."""

    key: str
    client_id: str
    client_secret: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Who signs in to the demo, with the password that is stored nowhere else."""

    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What a person needs to try it."""

    clients: list[DemoClient]
    administrator: DemoUser
    api_key: str  # of the client that books, moves and cancels
    made_on: str  # a date; "": on an unknown day


async def prepare(database: Database, settings: Settings, folder: DemoFolder) -> Demo:
    """The demo's credentials; makes the account and its bookings if it is not there.

    Raises:
        SettingsError: the master key cannot be read.
    """
    keys = await PurposeKeys.load(database, settings.master_key_bytes)
    account = await database.read_system("the demo's own", accounts.by_name, ACCOUNT)
    is_new = account is None
    if account is None:
        account_id = await _apply(database, keys)
    else:
        account_id = account.id
        await database.write(account_id, _with_younger_interfaces)
    saved = folder.saved()
    of_this = saved if saved.get("accountId") == account_id else {}
    if "clients" in of_this:
        found = [DemoClient(**{**c, "scopes": tuple(c["scopes"])}) for c in of_this["clients"]]
    else:
        found = await database.write(account_id, _with_new_secrets, pepper_of(keys))
    if "administrator" in of_this:
        administrator = DemoUser(**of_this["administrator"])
    else:
        administrator = await _with_new_password(database, account_id)
    if "apiKey" in of_this:
        api_key = str(of_this["apiKey"])
    else:
        api_key = await database.write(account_id, _new_api_key, pepper_of(keys))
    made_on = today() if is_new else str(of_this.get("madeOn", ""))
    demo = Demo(found, administrator, api_key, made_on)
    folder.save(
        {
            "accountId": account_id,
            "madeOn": made_on,
            "clients": [asdict(client) for client in found],
            "administrator": asdict(administrator),
            "apiKey": api_key,
        }
    )
    if is_new:
        # The first day first: it needs its places.
        await database.write(account_id, _book_first_day)
        await fill(database, account_id, found[0].client_id)
    return demo


def today() -> str:
    """The date by which the demo counts its age."""
    return instant_of_millis(now_ms()).date().isoformat()


def account_file() -> bytes:
    """The demo's account file."""
    return (resources.files("openslot.cli.demo") / "account.yaml").read_bytes()


async def _apply(database: Database, keys: PurposeKeys) -> str:
    """Makes the account; returns its id."""
    from openslot.account_file.apply import apply  # noqa: PLC0415

    await apply(database, keys, _document())
    account = await database.read_system("the demo's own", accounts.by_name, ACCOUNT)
    if account is None:
        raise RuntimeError(f"account.yaml describes no account {ACCOUNT}")
    return account.id


def _document() -> "AccountDocument":
    from openslot.account_file.yaml_source import read  # noqa: PLC0415

    [source] = read(account_file(), "account.yaml")
    if source.document is None:
        raise RuntimeError("\n".join(map(str, source.mistakes)))
    return source.document


def _with_younger_interfaces(tx: AccountTx) -> None:
    """Gives a demo that is older than them booking page and Orchestra Calendar API.

    Who switched one off has a block that says so.
    """
    from openslot.account_file.apply import content_of  # noqa: PLC0415

    content, ours = tx.account.content, content_of(_document())
    missing = {n: ours[n] for n in ("bookingPage", "orchestra") if not content.get(n)}
    if missing:
        accounts.change(tx, {**content, **missing}, sandbox=tx.account.sandbox)


def _new_api_key(tx: AccountTx, pepper: bytes) -> str:
    """An API key of the portal that is known from now on, in place of the one before."""
    portal = next(client for client in clients.all_clients(tx) if client.key == _PORTAL)
    for held in api_keys.api_keys_of(tx, portal):
        if held.content.key == _API_KEY:
            api_keys.revoke(tx, held)
    return api_keys.make(tx, pepper, portal, ApiKeyContent(_API_KEY)).text


def _with_new_secrets(tx: AccountTx, pepper: bytes) -> list[DemoClient]:
    """Every client of the account file with a secret that is known from now on."""
    return [_with_new_secret(tx, pepper, client) for client in clients.all_clients(tx)]


def _with_new_secret(tx: AccountTx, pepper: bytes, client: Any) -> DemoClient:
    for secret in secret_rotation.secrets_of(tx, client):
        secret_rotation.revoke_secret(tx, client, secret.id)
    new_secret = secret_rotation.make_secret(tx, pepper, client).text
    return DemoClient(client.key, client.client_id, new_secret, client.scopes)


async def _with_new_password(database: Database, account_id: str) -> DemoUser:
    """The administrator with a password that is known from now on."""
    user = DemoUser(_EMAIL, secrets.token_urlsafe(12))
    passwords = Passwords()
    try:
        digest = await passwords.hash(user.password)
    finally:
        passwords.close()
    await database.write(account_id, _save_administrator, digest)
    return user


def _save_administrator(tx: AccountTx, digest: str) -> None:
    try:
        user = users.by_email(tx, _EMAIL)
    except NotFound:
        user, _ = users.create(tx, _EMAIL, "Demo administrator", ADMINISTRATOR)
    users.set_password(tx, user, digest, invitation=None)


def _book_first_day(tx: AccountTx) -> int:
    user = users.by_email(tx, _EMAIL)
    return book_first_day(tx, Actor(tx.account.id, "user", user.id, frozenset(user.scopes)))
