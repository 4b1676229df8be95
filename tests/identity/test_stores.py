"""Every function of identity's stores with two accounts whose rows have the same ids.

A reading function that could reach into the other account would find its twin there; a writing
one would change it.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from databases import Raw, raw
from openslot.identity import store
from openslot.identity.model.api_key import ApiKeyContent
from openslot.identity.model.authorization_code import AuthorizationCode
from openslot.identity.model.grant import Grant
from openslot.identity.model.preferences import Preferences
from openslot.identity.model.second_factor import WrongCodes
from openslot.identity.store import (
    accounts,
    alive,
    api_keys,
    authorization_codes,
    client_secrets,
    clients,
    consents,
    credentials,
    expired_rows,
    grants,
    issued_tokens,
    last_uses,
    purpose_keys,
    recovery_codes,
    sessions,
    signing_keys,
    token_status,
    used_ids,
    user_credentials,
    users,
)
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.statements import AccountStatement
from openslot.storage.tables import Table, tables
from openslot.storage.transactions import AccountTx, SystemTx

from .world import World

pytestmark = pytest.mark.anyio

STORES = [
    *(
        importlib.import_module(f"{store.__name__}.{module.name}")
        for module in pkgutil.iter_modules(store.__path__)
    ),
    audit,
]
# Each names its accounts itself, or is about the whole installation.
ACROSS = {
    accounts.by_name,
    accounts.all_accounts,
    accounts.insert,
    accounts.listed_ones,
    accounts.page,
    alive.rows,
    audit.record_late,
    issued_tokens.add,
    issued_tokens.delete_old,
    api_keys.by_digest,
    api_keys.clients_of,
    last_uses.first_uses,
    last_uses.mark_used,
    clients.public_ones_naming,
    credentials.of_client_id,
    credentials.known,
    expired_rows.due,
    purpose_keys.all_keys,
    purpose_keys.all_for_change,
    purpose_keys.insert,
    purpose_keys.update,
    signing_keys.all_keys,
    signing_keys.all_for_change,
    signing_keys.insert,
    signing_keys.delete,
    signing_keys.started,
    signing_keys.note_starts,
    token_status.of_client,
    token_status.of_grant,
}
OF_ACCOUNTS = [t for t in tables() if t.account == "account_id"]
ROWS_OF_IDENTITY = (
    "api_keys",
    "authorization_codes",
    "client_secrets",
    "clients",
    "consents",
    "grants",
    "recovery_codes",
    "revoked_tokens",
    "issued_tokens",
    "sessions",
    "used_ids",
    "users",
    "audit_events",
)
FAR = 1 << 50
DOCUMENT: dict[str, Any] = {"grants": ["client_credentials"], "scopes": []}
D = b"digest"
D2 = b"digest of another"
UNTIL_NOW = 1 << 41  # later than any clock of these tests


@dataclass
class Twins:
    """Two accounts with the same rows."""

    world: World
    raw: Raw
    user: str
    grant: Grant
    client: str  # the row's id

    async def do(self, account_id: str, use: "Use") -> Any:
        """Uses a function in a transaction of an account."""
        return await self.world.app.database.write(account_id, lambda tx: use(tx, self))

    def rows(self, account_id: str) -> dict[str, list[Any]]:
        """Everything that the database has of an account."""
        return {
            table.name: sorted(
                self.raw.execute(
                    f"SELECT {table.names} FROM {table.name} WHERE {table.account} = ?",  # noqa: S608
                    (account_id,),
                ).fetchall(),
                key=repr,
            )
            for table in tables()
            if table.account is not None
        }

    def remove(self, account_id: str) -> None:
        """Removes every row of an account but its own."""
        for table in OF_ACCOUNTS:
            self.raw.execute(
                f"DELETE FROM {table.name} WHERE account_id = ?",  # noqa: S608
                (account_id,),
            )

    def copy(self) -> None:
        """Gives globex the rows of acme."""
        self.remove(self.world.globex.id)
        for table in OF_ACCOUNTS:
            self.raw.execute(
                f"INSERT INTO {table.name} ({table.names}) "  # noqa: S608
                f"SELECT {_as_another(table)} FROM {table.name} WHERE account_id = ?",
                (self.world.globex.id, self.world.acme.id),
            )


Use = Callable[[AccountTx, Twins], Any]


def _as_another(table: Table) -> str:
    """The columns of a row that is to be another account's; a client id is given once."""
    special = {"account_id": "?"}
    if table.name == "clients":
        special["client_id"] = "client_id || 'x'"
    return ", ".join(special.get(column.name, column.name) for column in table.columns)


def code(digest: bytes, user: str, *, expires_at: int = FAR) -> AuthorizationCode:
    """A code that has not been used."""
    return AuthorizationCode(
        digest, "website", user, None, "challenge", None, ("a",), 1, expires_at, None, None
    )


def grant(user: str, **changes: Any) -> Grant:
    """A grant that counts."""
    fields: dict[str, Any] = {
        "id": new_id(),
        "client_id": "website",
        "user_id": user,
        "scopes": ("a",),
        "signed_in_at": 1,
        "created_at": 1,
        "dpop_jkt": None,
        "seed": b"seed",
        "generation": 0,
        "rotated_at": 1,
        "ended_at": None,
    }
    return Grant(**fields | changes)


def fill(tx: AccountTx, user: str, live: Grant, client: str) -> None:
    """Rows in every table of identity, some of which are past their time."""
    assert users.insert(tx, user, "ann@example.org", "Ann", "administrator")
    invited = new_id()
    assert users.insert(tx, invited, "bob@example.org", "Bob", "administrator")
    user_credentials.set_password(tx, user, "a digest")
    user_credentials.set_totp(tx, user, b"sealed", 5)
    user_credentials.count_wrong_code(tx, user, FAR)
    recovery_codes.insert(tx, user, D)
    user_credentials.invite(tx, invited, D, FAR)
    sessions.insert(tx, D, user, FAR)
    sessions.insert(tx, D2, user, 1)
    consents.put(tx, user, "website", frozenset({"a"}))
    authorization_codes.insert(tx, code(D, user))
    authorization_codes.insert(tx, code(D2, user, expires_at=1))
    grants.insert(tx, live)
    ended = grant(user)
    grants.insert(tx, ended)
    assert grants.end(tx, ended.id)
    assert token_status.revoke(tx, "token", 1)
    assert used_ids.use(tx, D, 1)
    client_secrets.insert(tx, client, "secret", D, FAR)
    client_secrets.insert(tx, client, "expired", D2, 1)
    api_keys.insert(tx, client, "live", D, ApiKeyContent("main"))
    api_keys.insert(tx, client, "revoked", D2, ApiKeyContent("old"))
    assert api_keys.revoke(tx, client, "revoked")
    audit.record(tx, "test", None)
    counts = "INSERT INTO issued_tokens (account_id, client_id, day, issued) "
    tx.run(AccountStatement(counts + "VALUES (:account_id, 'website', 7, 3)"))


@pytest.fixture
async def twins(world: World, address: str) -> Any:
    """Two accounts that are alike."""
    user, client = new_id(), world.website.id
    live = grant(user, client_id=world.website.client_id)
    await world.app.database.write(world.acme.id, fill, user, live, client)
    with raw(address) as connection:
        twins = Twins(world, connection, user, live, client)
        twins.copy()
        found = twins.rows(world.acme.id)
        assert {name for name, rows in found.items() if rows} == {*ROWS_OF_IDENTITY, "accounts"}
        yield twins


def client_ids(twins: Twins) -> tuple[str, str]:
    """What the two accounts call the client."""
    known = twins.world.website.client_id
    return known, f"{known}x"


def by_client_id(tx: AccountTx, twins: Twins) -> Any:
    """The client that either account calls so."""
    one, other = client_ids(twins)
    return clients.by_client_id(tx, one) or clients.by_client_id(tx, other)


READING: dict[Callable[..., Any], Use] = {
    api_keys.all_keys: lambda tx, t: api_keys.all_keys(tx),
    api_keys.of_client: lambda tx, t: api_keys.of_client(tx, t.client),
    audit.events: lambda tx, t: audit.events(tx, audit.AuditFilter(), 10),
    authorization_codes.by_digest: lambda tx, t: authorization_codes.by_digest(tx, D),
    client_secrets.of_client: lambda tx, t: client_secrets.of_client(tx, t.client),
    issued_tokens.of_client: lambda tx, t: issued_tokens.of_client(tx, "website", 0, 9),
    clients.all_clients: lambda tx, t: clients.all_clients(tx),
    clients.by_client_id: by_client_id,
    clients.by_id: lambda tx, t: clients.by_id(tx, t.client),
    clients.names: lambda tx, t: clients.names(tx, client_ids(t)),
    clients.by_key: lambda tx, t: clients.by_key(tx, "website"),
    clients.page: lambda tx, t: clients.page(tx, "", 10),
    consents.scopes: lambda tx, t: consents.scopes(tx, t.user, "website"),
    grants.by_id: lambda tx, t: grants.by_id(tx, t.grant.id),
    grants.live_of_user: lambda tx, t: grants.live_of_user(tx, t.user, 10),
    recovery_codes.count: lambda tx, t: recovery_codes.count(tx, t.user),
    sessions.find: lambda tx, t: sessions.find(tx, D, 0),
    sessions.roles: lambda tx, t: sessions.roles(tx, 0),
    sessions.of_user: lambda tx, t: sessions.of_user(tx, t.user, 0, 10),
    user_credentials.password_digest: lambda tx, t: user_credentials.password_digest(tx, t.user),
    user_credentials.totp: lambda tx, t: user_credentials.totp(tx, t.user),
    user_credentials.wrong_codes: lambda tx, t: user_credentials.wrong_codes(tx, t.user),
    users.by_email: lambda tx, t: users.by_email(tx, "ann@example.org"),
    users.by_id: lambda tx, t: users.by_id(tx, t.user),
    users.by_invitation: lambda tx, t: users.by_invitation(tx, D),
    users.others_active: lambda tx, t: users.others_active(tx, t.user, "administrator"),
    users.names: lambda tx, t: users.names(tx, [t.user]),
    users.page: lambda tx, t: users.page(tx, "", 10),
}
NOTHING: list[Any] = [None, [], {}, frozenset(), 0, WrongCodes(0, 0)]

WRITING: dict[Callable[..., Any], Use] = {
    accounts.delete: lambda tx, t: accounts.delete(tx),
    accounts.revoke_tokens: lambda tx, t: accounts.revoke_tokens(tx, 7),
    accounts.set_suspended_at: lambda tx, t: accounts.set_suspended_at(tx, 7),
    accounts.update: lambda tx, t: accounts.update(tx, "{}", sandbox=True),
    alive.end: lambda tx, t: alive.end(tx),
    api_keys.delete_all: lambda tx, t: api_keys.delete_all(tx, t.client),
    api_keys.insert: lambda tx, t: api_keys.insert(tx, t.client, "3", b"3", ApiKeyContent("new")),
    api_keys.revoke: lambda tx, t: api_keys.revoke(tx, t.client, "live"),
    api_keys.update: lambda tx, t: api_keys.update(
        tx, t.client, "live", ApiKeyContent("main", "additional")
    ),
    audit.record: lambda tx, t: audit.record(tx, "test", None),
    authorization_codes.insert: lambda tx, t: authorization_codes.insert(tx, code(b"3", t.user)),
    authorization_codes.use: lambda tx, t: authorization_codes.use(tx, D, t.grant.id),
    client_secrets.delete: lambda tx, t: client_secrets.delete(tx, t.client, "secret"),
    client_secrets.delete_all: lambda tx, t: client_secrets.delete_all(tx, t.client),
    client_secrets.delete_expired: lambda tx, t: client_secrets.delete_expired(tx, t.client),
    client_secrets.insert: lambda tx, t: client_secrets.insert(tx, t.client, "3", b"3", None),
    clients.delete: lambda tx, t: clients.delete(tx, t.client),
    clients.insert: lambda tx, t: clients.insert(tx, new_id(), "3", "third", "Third", DOCUMENT),
    clients.set_active: lambda tx, t: clients.set_active(
        tx, t.client, active=False, revoked_before=7
    ),
    clients.update: lambda tx, t: clients.update(tx, t.client, "Other", DOCUMENT),
    consents.delete: lambda tx, t: consents.delete(tx, t.user, "website"),
    consents.delete_of_client: lambda tx, t: consents.delete_of_client(tx, "website"),
    consents.delete_of_user: lambda tx, t: consents.delete_of_user(tx, t.user),
    consents.put: lambda tx, t: consents.put(tx, t.user, "website", frozenset({"b"})),
    grants.end: lambda tx, t: grants.end(tx, t.grant.id),
    grants.end_all: lambda tx, t: grants.end_all(tx),
    grants.end_of_client: lambda tx, t: grants.end_of_client(tx, t.grant.client_id),
    grants.end_of_user: lambda tx, t: grants.end_of_user(tx, t.user),
    grants.insert: lambda tx, t: grants.insert(tx, grant(t.user)),
    grants.rotate: lambda tx, t: grants.rotate(tx, t.grant),
    expired_rows.delete_codes: lambda tx, t: expired_rows.delete_codes(tx, 2),
    expired_rows.delete_ended_grants: lambda tx, t: expired_rows.delete_ended_grants(tx, UNTIL_NOW),
    expired_rows.delete_old_grants: lambda tx, t: expired_rows.delete_old_grants(tx, UNTIL_NOW),
    expired_rows.delete_revoked_tokens: lambda tx, t: expired_rows.delete_revoked_tokens(tx, 2),
    expired_rows.delete_revoked_api_keys: lambda tx, t: expired_rows.delete_revoked_api_keys(
        tx, UNTIL_NOW
    ),
    expired_rows.delete_sessions: lambda tx, t: expired_rows.delete_sessions(tx, 2),
    recovery_codes.delete_all: lambda tx, t: recovery_codes.delete_all(tx, t.user),
    recovery_codes.insert: lambda tx, t: recovery_codes.insert(tx, t.user, D2),
    recovery_codes.use: lambda tx, t: recovery_codes.use(tx, t.user, D),
    token_status.revoke: lambda tx, t: token_status.revoke(tx, "another", 1),
    sessions.delete: lambda tx, t: sessions.delete(tx, D),
    sessions.delete_all: lambda tx, t: sessions.delete_all(tx, t.user),
    sessions.delete_others: lambda tx, t: sessions.delete_others(tx, t.user, D),
    sessions.insert: lambda tx, t: sessions.insert(tx, b"3", t.user, FAR),
    sessions.mark_used: lambda tx, t: sessions.mark_used(tx, D2),
    used_ids.delete_expired: lambda tx, t: used_ids.delete_expired(tx, 2),
    used_ids.use: lambda tx, t: used_ids.use(tx, D2, 2),
    user_credentials.count_wrong_code: lambda tx, t: user_credentials.count_wrong_code(
        tx, t.user, FAR
    ),
    user_credentials.invite: lambda tx, t: user_credentials.invite(tx, t.user, D2, FAR),
    user_credentials.set_password: lambda tx, t: user_credentials.set_password(tx, t.user, "b"),
    user_credentials.set_totp: lambda tx, t: user_credentials.set_totp(tx, t.user, None, None),
    user_credentials.take_totp_step: lambda tx, t: user_credentials.take_totp_step(tx, t.user, 6),
    issued_tokens.delete_all: lambda tx, t: issued_tokens.delete_all(tx, "website"),
    users.delete: lambda tx, t: users.delete(tx, t.user),
    users.insert: lambda tx, t: users.insert(tx, new_id(), "eve@example.org", "Eve", "desk"),
    users.note_sign_in: lambda tx, t: users.note_sign_in(tx, t.user),
    users.prefer: lambda tx, t: users.prefer(tx, t.user, Preferences("nl", "dark", False)),
    users.revoke_before: lambda tx, t: users.revoke_before(tx, t.user, 7),
    users.set_active: lambda tx, t: users.set_active(tx, t.user, active=False, revoked_before=7),
    users.update: lambda tx, t: users.update(tx, t.user, "Anne", "desk"),
}
# What one account has used is still unused in another.
TAKEN_ONCE: dict[Callable[..., Any], Use] = {
    authorization_codes.use: lambda tx, t: authorization_codes.use(tx, D, None),
    grants.end: lambda tx, t: grants.end(tx, t.grant.id),
    grants.rotate: lambda tx, t: grants.rotate(tx, t.grant),
    recovery_codes.use: lambda tx, t: recovery_codes.use(tx, t.user, D),
    token_status.revoke: lambda tx, t: token_status.revoke(tx, "third", 2),
    used_ids.use: lambda tx, t: used_ids.use(tx, b"third", 2),
    user_credentials.take_totp_step: lambda tx, t: user_credentials.take_totp_step(tx, t.user, 6),
    users.insert: lambda tx, t: users.insert(tx, new_id(), "eve@example.org", "Eve", "desk"),
}


def named(function: Callable[..., Any]) -> str:
    """Module and name."""
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def test_every_function_of_the_stores_is_here() -> None:
    """Also those that go across accounts: each is one that somebody has thought about."""
    functions = {
        function: inspect.signature(function).parameters["tx"].annotation
        for module in STORES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and "tx" in inspect.signature(function).parameters
        and not name.startswith("_")
    }
    assert {named(f) for f, tx in functions.items() if tx is SystemTx} == {*map(named, ACROSS)}
    of_accounts = {named(f) for f, tx in functions.items() if tx is AccountTx}
    assert of_accounts == {*map(named, READING), *map(named, WRITING)}


@pytest.mark.parametrize("function", READING, ids=named)
async def test_reading_finds_nothing_of_another_account(
    twins: Twins, function: Callable[..., Any]
) -> None:
    acme, globex = twins.world.acme.id, twins.world.globex.id
    use = READING[function]
    assert await twins.do(acme, use) not in NOTHING
    twins.remove(acme)
    assert await twins.do(acme, use) in NOTHING
    assert await twins.do(globex, use) not in NOTHING


@pytest.mark.parametrize("function", WRITING, ids=named)
async def test_writing_leaves_another_account_alone(
    twins: Twins, function: Callable[..., Any]
) -> None:
    acme, globex = twins.world.acme.id, twins.world.globex.id
    before = twins.rows(acme), twins.rows(globex)
    await twins.do(acme, WRITING[function])
    assert twins.rows(acme) != before[0]
    assert twins.rows(globex) == before[1]


@pytest.mark.parametrize("function", TAKEN_ONCE, ids=named)
async def test_what_one_account_has_taken_another_can_take(
    twins: Twins, function: Callable[..., Any]
) -> None:
    for account_id in (twins.world.acme.id, twins.world.globex.id):
        assert await twins.do(account_id, TAKEN_ONCE[function]) is True
        assert await twins.do(account_id, TAKEN_ONCE[function]) is False


async def test_a_token_does_not_count_in_another_account(twins: Twins) -> None:
    """What is named with an account is looked for in that account."""
    acme, globex = twins.world.acme.id, twins.world.globex.id
    client_id = twins.world.website.client_id
    database = twins.world.app.database

    async def stands(account_id: str) -> bool:
        found = await database.read_system(
            "a test", token_status.of_client, account_id, client_id, "another"
        )
        return found is not None

    async def counts(account_id: str) -> bool:
        found = await database.read_system(
            "a test", token_status.of_grant, account_id, twins.grant.id, "another"
        )
        return found is not None

    assert (await stands(acme), await stands(globex)) == (True, False)
    # The grant is there twice, its client only once.
    assert (await counts(acme), await counts(globex)) == (True, False)
