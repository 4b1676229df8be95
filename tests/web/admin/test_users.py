"""Users through the admin API."""

from typing import Any

import pytest

from openslot.identity import accounts
from openslot.identity.model.roles import ROLES as ROLES_HOLD
from openslot.identity.people import invitations, sessions, users
from openslot.identity.store import user_credentials
from openslot.kernel.scopes import ALL, AUDIT_READ, USERS_MANAGE
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.users.routes import ROUTES
from openslot.web.http.route import AnyRoute

from ..contract import check_problem, faults, name_of
from ..site import Site
from ..world import PUBLIC_URL
from .administrator import Administrator, administrator

pytestmark = pytest.mark.anyio

every_call = pytest.mark.parametrize("operation", ROUTES, ids=name_of)
dry_calls = pytest.mark.parametrize("operation", [o for o in ROUTES if o.may_run_dry], ids=name_of)
DIGEST = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$NnNnZA"


async def manager(site: Site, account: str = "acme") -> Administrator:
    """Somebody with the scope that all of this needs, who may give every role."""
    return await administrator(site, *ROLES_HOLD["administrator"], account=account)


async def made(who: Administrator, name: str, role: str = "desk") -> dict[str, Any]:
    """A new user, with the invitation."""
    user = {"email": f"{name}@example.org", "name": name.title(), "role": role}
    return await who.made("/users", user)


async def request_for(who: Administrator, operation: AnyRoute, name: str) -> tuple[str, Any]:
    """Path and body of a request of this kind that is good, for a user of its own."""
    if operation.path == "/users":
        body = {"email": f"{name}@example.org", "name": "New", "role": "viewer"}
        return "/users", body if operation.accepts.body else None
    if operation.path == "/users/search":
        return operation.path, {"email": "nobody@example.org"}
    user = await made(who, name)
    path = operation.path.format(id=user["id"])
    if path.endswith("/second-factor"):
        await second_factor(who.site, user["id"])
    elif operation.method == "DELETE":
        await who.call("PATCH", path, {"active": False})
    return path, {"name": "Another"} if operation.method == "PATCH" else None


async def second_factor(site: Site, user_id: str) -> None:
    """Gives a user one; what it is matters to nobody here."""
    of_acme = site.tenant().account.id
    await site.app.database.write(of_acme, user_credentials.set_totp, user_id, b"sealed", None)


@every_call
async def test_who_may(shared: Site, operation: AnyRoute) -> None:
    """401 without a token, 403 with every other scope; what is secret is shown and not stored."""
    who = await manager(shared)
    others = await administrator(shared, *(s for s in ALL if s != USERS_MANAGE))
    path, body = await request_for(who, operation, f"who-{ROUTES.index(operation)}")
    anonymous = await shared.http.request(operation.method, "/admin/v1" + path, json=body)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthenticated")
    refused = await others.call(operation.method, path, body)
    assert (refused.status_code, refused.json()["scopes"]) == (403, [USERS_MANAGE])
    check_problem(refused)
    answer = await who.call(operation.method, path, body)
    assert answer.status_code == operation.returns.status, answer.text
    assert ("invitations/" in answer.text) == operation.shows_secret
    assert not operation.shows_secret or answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("operation", [o for o in ROUTES if "{" in o.path], ids=name_of)
async def test_of_another_account(shared: Site, operation: AnyRoute) -> None:
    who, foreign = await manager(shared), await manager(shared, "globex")
    path, body = await request_for(who, operation, f"of-{ROUTES.index(operation)}")
    missing = await foreign.call(operation.method, path, body)
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (await who.call(operation.method, path, body)).status_code == operation.returns.status


@dry_calls
async def test_a_dry_run_changes_nothing(shared: Site, operation: AnyRoute) -> None:
    """And tells no invitation: the one that it would show does not exist."""
    who = await manager(shared)
    path, body = await request_for(who, operation, f"dry-{ROUTES.index(operation)}")
    before = (await who.call("GET", "/users", params={"limit": "200"})).json()
    answer = await who.call(operation.method, path, body, params={"dryRun": "true"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["changes"][0]["action"] in ("created", "changed", "deleted")
    assert "invitations/" not in answer.text
    assert (await who.call("GET", "/users", params={"limit": "200"})).json() == before


async def test_a_new_user_has_an_invitation_that_is_told_once(shared: Site) -> None:
    """It is the user's, and nobody reads it again."""
    who = await manager(shared)
    body = {"email": "New.One@Example.org", "name": " New  One ", "role": "planner"}
    key = {"Idempotency-Key": "a-new-user"}
    answer = await who.call("POST", "/users", body, headers=key)
    assert answer.status_code == 201
    user = answer.json()
    text = user.pop("invitationUrl").removeprefix(f"{PUBLIC_URL}/accounts/acme/invitations/")
    assert answer.headers["location"] == f"{PUBLIC_URL}/admin/v1/users/{user['id']}"
    assert answer.headers["etag"] == f'"{user["version"]}"'
    assert user == {
        "id": user["id"], "version": 2, "email": "new.one@example.org", "name": "New  One",
        "role": "planner", "active": True, "createdAt": user["createdAt"], "lastSignedInAt": None,
        "hasPassword": False, "hasSecondFactor": False,
    }  # fmt: skip
    acme = shared.tenant().account.id
    invited = await shared.app.database.read(acme, invitations.user_of, text)
    assert invited.id == user["id"]
    read = await who.call("GET", f"/users/{user['id']}")
    assert read.json() == user
    again = await who.call("POST", "/users", body, headers=key)
    assert (again.status_code, again.json()["code"]) == (409, "email_taken")
    check_problem(again)
    assert text not in again.text
    assert "new.one" not in again.text.lower()


async def test_an_address_is_looked_for_in_a_body(shared: Site) -> None:
    """In any case of it; and never in an address, where a log would have it."""
    who, foreign = await manager(shared), await manager(shared, "globex")
    user = await made(who, "looked-for")
    user.pop("invitationUrl")
    found = await who.call("POST", "/users/search", {"email": "Looked-For@EXAMPLE.org"})
    assert (found.status_code, found.json()) == (200, [user])
    assert found.headers["cache-control"] == "no-store"
    none = await foreign.call("POST", "/users/search", {"email": "looked-for@example.org"})
    assert none.json() == []
    bad = await who.call("POST", "/users/search", {"email": "looked-for"})
    assert faults(bad) == {"/email": "invalid_value"}


async def test_pages(site: Site) -> None:
    """Lead through all of the account, and to nobody else's."""
    who, foreign = await manager(site), await manager(site, "globex")
    expected = [(await made(who, f"page-{number}"))["id"] for number in range(5)]
    await made(foreign, "page-0")
    found: list[str] = []
    address: str | None = f"{PUBLIC_URL}/admin/v1/users?limit=2"
    while address:
        answer = await who.call("GET", address.removeprefix(f"{PUBLIC_URL}/admin/v1"))
        found += [user["id"] for user in answer.json()]
        address = answer.links["next"]["url"] if "next" in answer.links else None
    assert found == expected
    known = await who.call("GET", "/users", headers={"If-None-Match": "*"})
    assert known.status_code == 304


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"/email": "required", "/name": "required", "/role": "required"}),
        (
            {"email": "x", "name": " ", "role": "boss"},
            {"/email": "invalid_value", "/name": "too_short", "/role": "invalid_value"},
        ),
        (
            {"email": 7, "name": "A\u0000", "role": None, "password": "x"},
            {
                "/email": "wrong_type", "/name": "pattern", "/role": "required",
                "/password": "unknown_field",
            },
        ),
        (
            {"email": "a@example.org", "name": "x" * 256, "role": ["desk"]},
            {"/name": "too_long", "/role": "invalid_value"},
        ),
    ],
)  # fmt: skip
async def test_faults_of_a_new_user(
    shared: Site, body: dict[str, Any], expected: dict[str, str]
) -> None:
    """All at once."""
    answer = await (await manager(shared)).call("POST", "/users", body)
    assert answer.status_code == 422
    assert faults(answer) == expected
    check_problem(answer)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"email": "other@example.org"}, {"/email": "invalid_value"}),
        ({"hasPassword": True}, {"/hasPassword": "invalid_value"}),
        ({"role": "boss", "version": 9}, {"/role": "invalid_value", "/version": "invalid_value"}),
        ({"name": None, "active": None}, {"/name": "required", "/active": "required"}),
        ({"active": "no", "colour": "red"}, {"/active": "wrong_type", "/colour": "unknown_field"}),
    ],
)  # fmt: skip
async def test_faults_of_a_change(
    shared: Site, patch: dict[str, Any], expected: dict[str, str]
) -> None:
    """All at once, and nothing is changed."""
    who = await manager(shared)
    user = await made(who, f"faulty-{'-'.join(patch).lower()}")
    answer = await who.call("PATCH", f"/users/{user['id']}", patch)
    assert answer.status_code == 422
    assert faults(answer) == expected
    user.pop("invitationUrl")
    assert (await who.call("GET", f"/users/{user['id']}")).json() == user


async def test_a_change(shared: Site) -> None:
    """Of name, role and state; what is sent back as it was shown changes nothing."""
    who = await manager(shared)
    path = f"/users/{(await made(who, 'changed'))['id']}"
    read = await who.call("GET", path)
    user, etag = read.json(), read.headers["etag"]
    same = await who.call("PATCH", path, user, headers={"If-Match": etag})
    assert same.json() == user
    new = {"name": "Anna", "role": "administrator", "active": False}
    changed = await who.call("PATCH", path, new, headers={"If-Match": etag})
    assert changed.json() == {**user, **new, "version": changed.json()["version"]}
    assert changed.headers["etag"] != etag
    for method, at, body in (
        ("PATCH", path, {"role": "desk"}),
        ("DELETE", path, None),
        ("POST", f"{path}/invitation", None),
    ):
        late = await who.call(method, at, body, headers={"If-Match": etag})
        assert (late.status_code, late.json()["code"]) == (412, "version_mismatch")
        check_problem(late)
    back = await who.call("PATCH", path, {"active": True})
    assert back.json()["active"] is True


async def test_deleting(shared: Site) -> None:
    """After disabling; then nothing is found."""
    who = await manager(shared)
    path = f"/users/{(await made(who, 'deleted'))['id']}"
    early = await who.call("DELETE", path)
    assert (early.status_code, early.json()["code"]) == (409, "user_still_active")
    check_problem(early)
    await who.call("PATCH", path, {"active": False})
    refused = await who.call("POST", f"{path}/invitation")
    assert (refused.status_code, refused.json()["code"]) == (409, "user_disabled")
    assert (await who.call("DELETE", path)).status_code == 204
    assert (await who.call("GET", path)).status_code == 404


async def test_an_invitation_ends_what_there_was(shared: Site) -> None:
    """The earlier invitation, the password, and whoever is signed in."""
    who, acme = await manager(shared), shared.tenant().account.id
    user = await made(who, "forgetful")
    first = user["invitationUrl"].rpartition("/")[2]

    def accept(tx: AccountTx) -> str:
        accepted = users.set_password(tx, invitations.user_of(tx, first), DIGEST, invitation=first)
        return sessions.start(tx, accepted)

    cookie = await shared.app.database.write(acme, accept)
    answer = await who.call("POST", f"/users/{user['id']}/invitation")
    assert answer.status_code == 201
    second = answer.json()["invitationUrl"].rpartition("/")[2]
    assert second != first
    assert await shared.app.database.read(acme, sessions.find, cookie) is None
    invited = await shared.app.database.read(acme, invitations.user_of, second)
    assert (invited.id, invited.has_password) == (user["id"], False)


@pytest.mark.parametrize(
    ("method", "call", "event"),
    [("POST", "end-sessions", "user.signed_out"), ("DELETE", "second-factor", "user.totp_removed")],
)
async def test_a_user_is_signed_out(shared: Site, method: str, call: str, event: str) -> None:
    """Everywhere; with the second factor, if that is what was removed."""
    who, acme = await manager(shared), shared.tenant().account.id
    user = await made(who, f"out-{call}")
    await second_factor(shared, user["id"])

    def start(tx: AccountTx) -> str:
        return sessions.start(tx, users.by_id(tx, user["id"]))

    cookie = await shared.app.database.write(acme, start)
    path = f"/users/{user['id']}"
    answer = await who.call(method, f"{path}/{call}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert await shared.app.database.read(acme, sessions.find, cookie) is None
    left = (await who.call("GET", path)).json()["hasSecondFactor"]
    assert left == (call == "end-sessions")
    trail = await who.call("GET", "/audit-events", params={"type": event, "user": user["id"]})
    assert [e["detail"]["user"] for e in trail.json()] == [user["id"]]
    assert (await who.call(method, f"{path}/{call}")).status_code == 204


async def test_the_last_administrator_stays(site: Site) -> None:
    """Until there is another one; no call leaves an account to nobody."""
    who = await manager(site)
    ann, bob = await made(who, "ann", "administrator"), await made(who, "bob", "administrator")
    demoted = await who.call("PATCH", f"/users/{ann['id']}", {"role": "planner"})
    assert demoted.status_code == 200
    for patch in ({"role": "planner"}, {"active": False}, {"role": "desk", "active": False}):
        refused = await who.call("PATCH", f"/users/{bob['id']}", patch)
        assert (refused.status_code, refused.json()["code"]) == (409, "last_administrator")
        check_problem(refused)
    await who.call("PATCH", f"/users/{ann['id']}", {"role": "administrator"})
    gone = await who.call("PATCH", f"/users/{bob['id']}", {"active": False})
    assert gone.json()["active"] is False


async def test_the_trail_names_ids_alone(site: Site) -> None:
    """Who did it, from where, to whom."""
    who = await manager(site)
    reader = await administrator(site, AUDIT_READ)
    user = await made(who, "trailed")
    await who.call("PATCH", f"/users/{user['id']}", {"name": "Somebody Else"})
    answer = await reader.call("GET", "/audit-events", params={"type": "user.changed"})
    [event] = answer.json()
    assert event["detail"] == {"user": user["id"], "renamed": True}
    everything = (await reader.call("GET", "/audit-events", params={"limit": "200"})).text
    for hidden in ("trailed@", "Somebody Else", user["invitationUrl"].rpartition("/")[2]):
        assert hidden not in everything


async def test_a_suspended_account_takes_nobody(site: Site) -> None:
    """Its tokens are dead, those for its users among them."""
    who = await manager(site)
    await site.app.database.write(site.tenant().account.id, accounts.suspend)
    answer = await who.call(
        "POST", "/users", {"email": "a@example.org", "name": "A", "role": "desk"}
    )
    assert answer.status_code == 401
