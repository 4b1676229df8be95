"""Nobody gives what they do not hold: every call that lets a client or user do something.

The routes are the source: a call that changes clients or users says here what it gives, and a new
one without an entry fails.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from identity.signing import es256
from openslot.identity.clients import clients, secret_rotation
from openslot.identity.model.client import Client
from openslot.identity.model.client_secret import ClientSecret
from openslot.identity.model.roles import ROLES
from openslot.identity.model.user import User
from openslot.identity.people import users
from openslot.kernel.scopes import (
    ADMIN_WRITE,
    ALL,
    BOOK,
    BOOKING,
    BOUNCES_WRITE,
    CLIENTS_MANAGE,
    INTROSPECT,
)
from openslot.kernel.scopes import USERS_MANAGE as USERS
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.routes import ROUTES as CALLS

from ..conftest import Start
from ..contract import ADMIN_API, check_problem, name_of
from ..site import Site
from .administrator import Administrator, administrator
from .good import with_scopes

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

_numbers = count()
CALLBACK = "https://app.example.org/callback"
FREE = {*BOOKING, BOUNCES_WRITE, INTROSPECT}
POWER = [scope for scope in ALL if scope not in FREE]

Made = tuple[str, str, Any]  # method, path and body of a request
Prepare = Callable[[Administrator, str], Awaitable[Made]]


@pytest.fixture(scope="module")
async def shared(start: Start) -> AsyncIterator[Site]:
    """A server of this module's own: applied files would disable the clients of others."""
    async with start() as site:
        yield site


@dataclass(frozen=True)
class Gift:
    """One way to give what a scope or a role allows; prepared by somebody who holds everything."""

    call: str  # as the route's name
    way: str
    prepare: Prepare

    def __str__(self) -> str:
        return f"{self.call}: {self.way}"


def client_of(scope: str, **more: Any) -> dict[str, Any]:
    """A new client with a scope, as a request has it."""
    return {
        "key": f"given-{next(_numbers)}", "name": "Given", "grants": ["client_credentials"],
        "scopes": [scope],
    } | more  # fmt: skip


def _new_client(**more: Any) -> Prepare:
    async def prepare(_: Administrator, scope: str) -> Made:
        return "POST", "/clients", client_of(scope, **more)

    return prepare


def _patch(before: dict[str, Any], patch: dict[str, Any]) -> Prepare:
    """A patch of a client that has the scope already."""

    async def prepare(who: Administrator, scope: str) -> Made:
        made = await who.made("/clients", client_of(scope, **before))
        return "PATCH", f"/clients/{made['id']}", patch

    return prepare


async def _add_scope(who: Administrator, scope: str) -> Made:
    made = await who.made("/clients", client_of(BOOK))
    return "PATCH", f"/clients/{made['id']}", {"scopes": [BOOK, scope]}


async def _enable_client(who: Administrator, scope: str) -> Made:
    made = await who.made("/clients", client_of(scope))
    path = f"/clients/{made['id']}"
    disabled = await who.call("PATCH", path, {"active": False})
    assert disabled.status_code == 200, disabled.text
    return "PATCH", path, {"active": True}


async def _another_secret(who: Administrator, scope: str) -> Made:
    made = await who.made("/clients", client_of(scope))
    return "POST", f"/clients/{made['id']}/secrets", {}


async def _api_key(who: Administrator, scope: str) -> Made:
    made = await who.made("/clients", client_of(scope))
    return "POST", f"/clients/{made['id']}/api-keys", {"key": "main"}


def _apply(before: dict[str, Any] | None, **change: Any) -> Prepare:
    """The account's file, with a client that is new, or that was there before."""

    async def prepare(who: Administrator, scope: str) -> Made:
        client = client_of(scope, **(before or {}))
        if before is not None:
            made = await who.made("/clients", client)
            if change.get("active"):
                await who.call("PATCH", f"/clients/{made['id']}", {"active": False})
        file = (await who.call("GET", "/export")).json()
        # What other tests have made is not listed, so that the file stays small.
        others = [other for other in file["clients"] if not other["key"].startswith("given-")]
        return "POST", "/apply", {**file, "clients": [*others, {**client, **change}]}

    return prepare


async def _applied_scope(who: Administrator, scope: str) -> Made:
    method, path, file = await _apply({"scopes": [BOOK]})(who, BOOK)
    file["clients"][-1]["scopes"] = [scope]
    return method, path, file


CODES = {"grants": ["authorization_code"], "redirectUris": [CALLBACK]}
KEYS = {"tokenEndpointAuthMethod": "private_key_jwt", "jwks": {"keys": [es256().jwk]}}
NEW_KEYS = {"jwks": {"keys": [es256().jwk, es256(1).jwk]}}
PATCH_CLIENT = "PATCH /clients/{id}"
SCOPES_GIVEN = [
    Gift("POST /clients", "with a secret", _new_client()),
    Gift("POST /clients", "with a key", _new_client(**KEYS)),
    Gift(
        "POST /clients", "public", _new_client(**CODES, tokenEndpointAuthMethod="none")
    ),
    Gift("POST /clients", "disabled", _new_client(active=False)),
    Gift(PATCH_CLIENT, "a scope", _add_scope),
    Gift(PATCH_CLIENT, "enabled", _enable_client),
    Gift(PATCH_CLIENT, "a redirect URI", _patch(
        CODES, {"redirectUris": [CALLBACK, "https://other.example.org/"]}
    )),
    Gift(PATCH_CLIENT, "a grant type", _patch(CODES, {
        "grants": ["authorization_code", "refresh_token"]
    })),
    Gift(PATCH_CLIENT, "a key", _patch(KEYS, NEW_KEYS)),
    Gift(PATCH_CLIENT, "keys instead of secrets", _patch({}, KEYS)),
    Gift(PATCH_CLIENT, "secrets instead of keys", _patch(KEYS, {
        "tokenEndpointAuthMethod": "client_secret_basic", "jwks": None
    })),
    Gift(PATCH_CLIENT, "public", _patch(CODES, {"tokenEndpointAuthMethod": "none"})),
    Gift("POST /clients/{id}/secrets", "another secret", _another_secret),
    Gift("POST /clients/{id}/api-keys", "an API key", _api_key),
    Gift("POST /apply", "a client", _apply(None)),
    Gift("POST /apply", "an API key", _apply({}, apiKeys=[{"key": "main"}])),
    Gift("POST /apply", "a scope", _applied_scope),
    Gift("POST /apply", "enabled", _apply({}, active=True)),
    Gift("POST /apply", "a redirect URI", _apply(
        CODES, redirectUris=[CALLBACK, "https://other.example.org/"]
    )),
    Gift("POST /apply", "a grant type", _apply(
        CODES, grants=["authorization_code", "refresh_token"]
    )),
    Gift("POST /apply", "a key", _apply(KEYS, **NEW_KEYS)),
    Gift("POST /apply", "keys instead of secrets", _apply({}, **KEYS)),
    Gift("POST /apply", "secrets instead of keys", _apply(
        KEYS, tokenEndpointAuthMethod="client_secret_basic", jwks=None
    )),
]  # fmt: skip


async def new_user(who: Administrator, role: str) -> str:
    """The path of a new user."""
    made = await who.made("/users", user_of(role))
    return f"/users/{made['id']}"


def user_of(role: str) -> dict[str, str]:
    """A new user with a role, as a request has it."""
    return {"email": f"given-{next(_numbers)}@example.org", "name": "Given", "role": role}


async def _new_user(_: Administrator, role: str) -> Made:
    return "POST", "/users", user_of(role)


async def _another_role(who: Administrator, role: str) -> Made:
    other = "viewer" if role != "viewer" else "administrator"
    return "PATCH", await new_user(who, other), {"role": role}


async def _enable_user(who: Administrator, role: str) -> Made:
    await new_user(who, "administrator")  # the last one could not be disabled
    path = await new_user(who, role)
    disabled = await who.call("PATCH", path, {"active": False})
    assert disabled.status_code == 200, disabled.text
    return "PATCH", path, {"active": True}


async def _invite(who: Administrator, role: str) -> Made:
    return "POST", f"{await new_user(who, role)}/invitation", None


ROLES_GIVEN = [
    Gift("POST /users", "a role", _new_user),
    Gift("PATCH /users/{id}", "another role", _another_role),
    Gift("PATCH /users/{id}", "enabled", _enable_user),
    Gift("POST /users/{id}/invitation", "an invitation", _invite),
]
GIVES_NOTHING = {
    "DELETE /clients/{id}",
    "POST /clients/{id}/revoke-tokens",
    "DELETE /clients/{id}/secrets/{secretId}",
    "PATCH /clients/{id}/api-keys/{apiKeyId}",  # but for look-ups: tests/identity/test_api_keys.py
    "DELETE /clients/{id}/api-keys/{apiKeyId}",
    "DELETE /users/{id}",
    "POST /users/{id}/end-sessions",
    "DELETE /users/{id}/second-factor",
}


def test_every_call_that_changes_clients_or_users_is_here() -> None:
    """And the application of a file, which changes clients too."""
    changing = {
        name_of(call)
        for call in CALLS
        if call.writes and (call.path == "/apply" or {CLIENTS_MANAGE, USERS} & {*call.scopes})
    }
    giving = {gift.call for gift in (*SCOPES_GIVEN, *ROLES_GIVEN)}
    assert giving.isdisjoint(GIVES_NOTHING)
    assert giving | GIVES_NOTHING == changing


def test_what_is_held_apart() -> None:
    """Each scope of the account's administration has a test below, each role too."""
    assert len(POWER) == len(ALL) - 5 > 0
    assert set(ROLES) == {"viewer", "desk", "planner", "administrator"}


@pytest.mark.parametrize("gift", SCOPES_GIVEN, ids=str)
async def test_a_scope_is_given_by_who_holds_it(shared: Site, gift: Gift) -> None:
    """All other scopes are not enough; this one with that for the call is.

    Every scope by one way of each call, by the others one scope each.
    """
    first_way = gift is next(other for other in SCOPES_GIVEN if other.call == gift.call)
    of_gift = SCOPES_GIVEN.index(gift) % len(POWER)
    for scope in POWER if first_way else [POWER[of_gift], POWER[of_gift - 3]]:
        without = [other for other in ALL if other != scope]
        if scope not in (CLIENTS_MANAGE, ADMIN_WRITE):  # without them the call is refused at all
            await _is_refused(shared, gift, scope, without, {scope})
        await _is_given(shared, gift, scope, [CLIENTS_MANAGE, ADMIN_WRITE, scope])


@pytest.mark.parametrize("gift", SCOPES_GIVEN, ids=str)
async def test_some_scopes_are_given_by_whoever_manages_clients(shared: Site, gift: Gift) -> None:
    for scope in sorted(FREE - {BOOK}):
        await _is_given(shared, gift, scope, [CLIENTS_MANAGE, ADMIN_WRITE])


@pytest.mark.parametrize("gift", ROLES_GIVEN, ids=str)
async def test_a_role_is_given_by_who_holds_all_of_it(shared: Site, gift: Gift) -> None:
    """One scope of it that is missing refuses."""
    for role, holds in ROLES.items():
        needed = [scope for scope in holds if scope not in FREE]
        for scope in needed:
            if scope != USERS:  # without it the call is refused at all
                without = [other for other in ALL if other != scope]
                await _is_refused(shared, gift, role, without, {scope})
        await _is_refused(shared, gift, role, [USERS, *BOOKING], {*needed} - {USERS})
        await _is_given(shared, gift, role, [USERS, *needed])


async def test_what_gives_nothing_needs_nothing_more(shared: Site) -> None:
    """Less power, another name, an end: whoever manages clients or users may always do that."""
    all_scopes = with_scopes(shared)
    of_clients, of_users = (with_scopes(shared, [one]) for one in (CLIENTS_MANAGE, USERS))
    made = await all_scopes.made("/clients", client_of(POWER[0], **CODES, scopes=POWER))
    path = f"/clients/{made['id']}"
    for patch in (
        {"name": "Renamed"},
        {"tokenEndpointAuthMethod": "client_secret_post"},
        {"scopes": POWER[:1]},
        {"active": False},
    ):
        assert (await of_clients.call("PATCH", path, patch)).status_code == 200, patch
    assert (await of_clients.call("DELETE", path)).status_code == 204
    user = await new_user(all_scopes, "planner")
    for patch in ({"name": "Renamed"}, {"active": False}):
        assert (await of_users.call("PATCH", user, patch)).status_code == 200, patch
    assert (await of_users.call("DELETE", user)).status_code == 204


async def test_a_token_gives_no_more_than_it_carries_itself(shared: Site) -> None:
    """Whatever else its client may have: the token was asked for with less."""
    full = await administrator(shared, *POWER, key="holds-everything")
    [client] = (await full.call("GET", "/clients?key=holds-everything")).json()
    who = with_scopes(shared, [CLIENTS_MANAGE])
    answer = await who.call("POST", f"/clients/{client['id']}/secrets", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_not_held")
    assert answer.json()["scopes"] == sorted(set(POWER) - {CLIENTS_MANAGE})


async def _is_refused(
    site: Site, gift: Gift, given: str, held: list[str], missing: set[str]
) -> None:
    """403, wet and dry, and nothing is changed."""
    method, path, body = await gift.prepare(with_scopes(site), given)
    database, acme = site.app.database, site.tenant().account.id
    before = await database.read(acme, _state, path)
    for params in ({"dryRun": "true"}, {}):
        answer = await with_scopes(site, held).call(method, path, body, params=params)
        assert (answer.status_code, answer.json().get("code")) == (403, "scope_not_held"), (
            given, answer.text,
        )  # fmt: skip
        assert answer.json()["scopes"] == sorted(missing)
        check_problem(answer)
        ADMIN_API.check(_route(gift), answer, dry_run="dryRun" in params)
    assert await database.read(acme, _state, path) == before


async def _is_given(site: Site, gift: Gift, given: str, held: list[str]) -> None:
    method, path, body = await gift.prepare(with_scopes(site), given)
    for params in ({"dryRun": "true"}, {}):
        answer = await with_scopes(site, held).call(method, path, body, params=params)
        assert answer.status_code in (200, 201), (given, answer.text)


def _state(tx: AccountTx, path: str) -> tuple[list[Client], list[User], list[ClientSecret]]:
    """All clients and users, and the secrets of the client that a path is about."""
    every = clients.all_clients(tx)
    about = [client for client in every if client.id in path]
    secrets = [secret for client in about for secret in secret_rotation.secrets_of(tx, client)]
    return every, users.page(tx, "", 100_000), secrets


def _route(gift: Gift) -> Any:
    [route] = [call for call in CALLS if name_of(call) == gift.call]
    return route
