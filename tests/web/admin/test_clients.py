"""Clients and their secrets through the admin API."""

import base64
from typing import Any

import httpx
import pytest

from identity.secret_form import looks_like_secret
from openslot.identity import accounts
from openslot.kernel.clock import instant_text, now_ms
from openslot.kernel.scopes import ADMIN_WRITE, ALL, BOOK, CANCEL, CLIENTS_MANAGE
from openslot.web.admin_api.clients.routes import ROUTES
from openslot.web.http.route import AnyRoute

from ..conftest import Start
from ..contract import check_problem, faults, name_of
from ..site import Site
from ..world import PUBLIC_URL
from .administrator import Administrator, administrator

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

CALLS = [o for o in ROUTES if o.path.startswith("/clients")]
every_call = pytest.mark.parametrize("operation", CALLS, ids=name_of)
calls_with_ids = pytest.mark.parametrize(
    "operation", [o for o in CALLS if "{" in o.path], ids=name_of
)
KIOSK = {
    "name": "Kiosk",
    "grants": ["client_credentials"],
    "scopes": [BOOK],
}
APP = {
    "name": "App",
    "grants": ["authorization_code", "refresh_token"],
    "scopes": [BOOK],
    "redirectUris": ["https://app.example.org/callback"],
    "tokenEndpointAuthMethod": "none",
}


async def manager(site: Site, account: str = "acme") -> Administrator:
    """Somebody with the scope that all of this needs."""
    return await administrator(site, CLIENTS_MANAGE, account=account)


async def made(who: Administrator, key: str, **more: Any) -> dict[str, Any]:
    """A new client."""
    return await who.made("/clients", {"key": key, **KIOSK, **more})


async def token(
    site: Site, client: dict[str, Any], secret: str | None = None, account: str = "acme"
) -> httpx.Response:
    """What the token endpoint answers the client."""
    credentials = f"{client['clientId']}:{secret or client['clientSecret']}"
    headers = {
        "Authorization": "Basic " + base64.b64encode(credentials.encode()).decode(),
        "X-ACCOUNT": account,
    }
    form = {"grant_type": "client_credentials"}
    return await site.http.post("/oauth2/token", data=form, headers=headers)


async def branches(site: Site, access_token: str) -> int:
    """The status that a token gets of the booking API."""
    headers = {"Authorization": f"Bearer {access_token}"}
    return (await site.http.get("/external/v1/branches", headers=headers)).status_code


async def request_for(who: Administrator, operation: AnyRoute, key: str) -> tuple[str, Any]:
    """Path and body of a request of this kind that is good, for a client of its own."""
    if operation.path == "/clients":
        return "/clients", {"key": key, **KIOSK} if operation.accepts.body else None
    client = await made(who, key)
    path = f"/clients/{client['id']}"
    if "secrets" in operation.path:
        secrets = (await who.call("GET", f"{path}/secrets")).json()
        return operation.path.format(id=client["id"], secretId=secrets[0]["id"]), (
            {} if operation.accepts.body else None
        )
    if "api-keys" in operation.path:
        if "apiKeyId" not in operation.path:
            return f"{path}/api-keys", {"key": "main"} if operation.accepts.body else None
        api_key = await who.made(f"{path}/api-keys", {"key": "main"})
        path = operation.path.format(id=client["id"], apiKeyId=api_key["id"])
        return path, {"partyCounting": "additional"} if operation.accepts.body else None
    if operation.path.endswith("/tokens-per-day"):
        return path + "/tokens-per-day", None
    if operation.method == "DELETE":
        await who.call("PATCH", path, {"active": False})
    if operation.method == "POST":
        return path + "/revoke-tokens", None
    return path, {"name": "Another"} if operation.method == "PATCH" else None


@every_call
async def test_who_may(shared: Site, operation: AnyRoute) -> None:
    """401 without a token, 403 with any other scope, and then as the table says."""
    who = await manager(shared)
    others = await administrator(shared, *(s for s in ALL if s != CLIENTS_MANAGE))
    path, body = await request_for(who, operation, f"who-{CALLS.index(operation)}")
    anonymous = await shared.http.request(operation.method, "/admin/v1" + path, json=body)
    assert (anonymous.status_code, anonymous.json()["code"]) == (401, "unauthenticated")
    check_problem(anonymous)
    refused = await others.call(operation.method, path, body)
    assert (refused.status_code, refused.json()["scopes"]) == (403, [CLIENTS_MANAGE])
    check_problem(refused)
    answer = await who.call(operation.method, path, body)
    assert answer.status_code == operation.returns.status, answer.text
    assert answer.headers.keys() >= {name.lower() for name in operation.returns.headers} - {"link"}
    shown = any(f'"{name}":' in answer.text for name in ("clientSecret", "apiKey"))
    told = (shown, answer.headers.get("cache-control") == "no-store")
    assert told == (operation.shows_secret, operation.shows_secret)


@calls_with_ids
async def test_another_account(shared: Site, operation: AnyRoute) -> None:
    """404, as for what there is not."""
    who, foreign = await manager(shared), await manager(shared, "globex")
    path, body = await request_for(who, operation, f"foreign-{CALLS.index(operation)}")
    answer = await foreign.call(operation.method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    check_problem(answer)
    unknown = path[:9] + "01890000-0000-7000-8000-000000000000" + path[45:]
    assert (await who.call(operation.method, unknown, body)).status_code == 404
    assert (await who.call(operation.method, "/clients/x" + path[45:], body)).status_code == 404
    assert (await who.call(operation.method, path, body)).status_code < 300


@every_call
async def test_unknown_parameters(shared: Site, operation: AnyRoute) -> None:
    """Are faults."""
    who = await manager(shared)
    path, body = await request_for(who, operation, f"odd-{CALLS.index(operation)}")
    answer = await who.call(operation.method, path, body, params={"colour": "red"})
    assert faults(answer) == {"/colour": "unknown_field"}


async def test_a_new_client_works(shared: Site) -> None:
    """Its secret is shown once, and lets it in."""
    who = await manager(shared)
    answer = await who.call("POST", "/clients", {"key": "new", **KIOSK})
    client = answer.json()
    assert looks_like_secret(client["clientSecret"])
    assert (len(client["clientId"]), len(client["id"])) == (26, 36)
    assert answer.headers["location"] == f"{PUBLIC_URL}/admin/v1/clients/{client['id']}"
    assert answer.headers["etag"] == '"1"'
    issued = await token(shared, client)
    assert (issued.status_code, issued.json()["scope"]) == (200, BOOK)
    read = await who.call("GET", f"/clients/{client['id']}")
    secret = client.pop("clientSecret")
    assert read.json() == client
    assert client == {
        **KIOSK, "id": client["id"], "clientId": client["clientId"], "version": 1, "key": "new",
        "active": True, "redirectUris": [], "tokenEndpointAuthMethod": "client_secret_basic",
        "jwks": None, "builtIn": False,
    }  # fmt: skip
    assert secret not in (await who.call("GET", "/clients", params={"key": "new"})).text


async def test_its_tokens_by_day(site: Site) -> None:
    who = await manager(site)
    client = await made(who, "counted")
    today = now_ms()
    for _ in range(3):
        site.app.issued_counts.note(site.tenant().account.id, client["clientId"], today)
    await site.app.issued_counts.flush()
    path = f"/clients/{client['id']}/tokens-per-day"
    day = instant_text(today)[:10]
    for query in ({}, {"from": day, "to": day}):
        assert (await who.call("GET", path, params=query)).json() == [{"date": day, "issued": 3}]
    assert (await who.call("GET", path, params={"to": "2020-01-01"})).json() == []
    refused = await who.call("GET", path, params={"from": "2027-01-02", "to": "2027-01-01"})
    assert faults(refused) == {"/to": "invalid_value"}
    refused = await who.call("GET", path, params={"from": "yesterday"})
    assert faults(refused) == {"/from": "invalid_time"}


async def test_a_public_client_has_no_secret(shared: Site) -> None:
    """Nor can it be given one."""
    who = await manager(shared)
    client = await who.made("/clients", {"key": "public", **APP})
    assert "clientSecret" not in client
    answer = await who.call("POST", f"/clients/{client['id']}/secrets", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "client_has_no_secret")
    assert (await who.call("GET", f"/clients/{client['id']}/secrets")).json() == []


async def test_a_client_can_be_made_inactive(shared: Site) -> None:
    """For later."""
    who = await manager(shared)
    client = await made(who, "later", active=False)
    assert client["active"] is False
    assert (await token(shared, client)).status_code == 401


async def test_a_key_is_taken_once(shared: Site) -> None:
    """In the account; another one may have it too."""
    who, foreign = await manager(shared), await manager(shared, "globex")
    await made(who, "taken")
    answer = await who.call("POST", "/clients", {"key": "taken", **KIOSK})
    assert (answer.status_code, answer.json()["code"]) == (409, "client_key_taken")
    await made(foreign, "taken")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"grants": []}, {"/grants": "too_short"}),
        ({"scopes": [BOOK, "no/such"]}, {"/scopes/1": "unknown_scope"}),
        ({"grants": ["password"]}, {"/grants/0": "invalid_value"}),
        ({"colour": "red", "name": 7}, {"/colour": "unknown_field", "/name": "wrong_type"}),
        ({"tokenEndpointAuthMethod": "none"}, {"/tokenEndpointAuthMethod": "public_client"}),
        (
            {"grants": ["authorization_code"], "redirectUris": ["http://example.org/"]},
            {"/redirectUris/0": "redirect_uri"},
        ),
        (
            {"redirectUris": ["com.example.app:/cb", "https://a..example/", "https://a.b/?code"]},
            {f"/redirectUris/{number}": "redirect_uri" for number in range(3)},
        ),
        ({"jwks": {"keys": []}}, {"/jwks": "required"}),
        ({"active": "yes"}, {"/active": "wrong_type"}),
        ({"name": "x" * 256}, {"/name": "too_long"}),
    ],
)
async def test_the_rules_of_the_account_file(
    shared: Site, change: dict[str, Any], expected: dict[str, str]
) -> None:
    """For new clients and for changed ones, with a pointer to each fault."""
    who = await manager(shared)
    refused = await who.call("POST", "/clients", {"key": "refused", **KIOSK, **change})
    found = faults(refused)
    assert found == expected
    assert (await who.call("GET", "/clients", params={"key": "refused"})).json() == []
    [full] = (await who.call("GET", "/clients", params={"key": "full"})).json()
    patched = await who.call("PATCH", f"/clients/{full['id']}", change)
    assert faults(patched) == found
    assert (await who.call("GET", f"/clients/{full['id']}")).json() == full


async def test_what_a_new_client_needs(shared: Site) -> None:
    """Is all told at once."""
    who = await manager(shared)
    answer = await who.call("POST", "/clients", {"scopes": ["x"]}, params={"dryRun": "perhaps"})
    assert faults(answer) == {"/dryRun": "wrong_type"}
    answer = await who.call("POST", "/clients", {"scopes": ["x"]})
    expected = dict.fromkeys(("/key", "/name", "/grants"), "required")
    assert faults(answer) == {**expected, "/scopes/0": "unknown_scope"}
    for body in (b"", b"[]", b"{"):
        answer = await who.call(
            "POST", "/clients", content=body, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


async def test_a_patch_is_merged(shared: Site) -> None:
    """Null is the default, lists are put; what is fixed may be sent as it is."""
    who = await manager(shared)
    client = await made(who, "merged")
    path = f"/clients/{client['id']}"
    answer = await who.call("PATCH", path, {"name": "Other", "scopes": [CANCEL], "key": "merged"})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (answer.json()["name"], answer.json()["scopes"]) == ("Other", [CANCEL])
    assert (await token(shared, client)).json()["scope"] == CANCEL
    same = await who.call("PATCH", path, {"name": "Other"})
    assert same.json() == answer.json()
    moved = await who.call("PATCH", path, {**APP, "tokenEndpointAuthMethod": "none"})
    assert moved.json()["redirectUris"] == APP["redirectUris"]
    assert (await token(shared, client)).status_code == 401
    back = {**KIOSK, "redirectUris": None, "tokenEndpointAuthMethod": None}
    again = (await who.call("PATCH", path, back)).json()
    assert {**again, "version": 1} == {k: v for k, v in client.items() if k != "clientSecret"}
    assert (await token(shared, client)).status_code == 401, "its secret went with the change"
    fixed = await who.call("PATCH", path, {"key": "x", "id": "y", "clientId": "z", "version": 0})
    assert faults(fixed) == dict.fromkeys(("/key", "/id", "/clientId", "/version"), "invalid_value")


async def test_if_match(shared: Site) -> None:
    """412 when somebody else was faster, for changing and removing."""
    who = await manager(shared)
    client = await made(who, "matched")
    path = f"/clients/{client['id']}"
    old = {"If-Match": '"1"'}
    assert (await who.call("PATCH", path, {"active": False}, headers=old)).status_code == 200
    for method, body in (("PATCH", {"name": "LateAuditEntry"}), ("DELETE", None)):
        answer = await who.call(method, path, body, headers=old)
        assert (answer.status_code, answer.json()["code"]) == (412, "version_mismatch")
        check_problem(answer)
    assert (await who.call("DELETE", path, headers={"If-Match": '"2"'})).status_code == 204


async def test_a_disabled_client_is_out_at_once(shared: Site) -> None:
    """Tokens from before are dead for good; enabled again, new ones live."""
    who = await manager(shared)
    client = await made(who, "blinking")
    path = f"/clients/{client['id']}"
    old = (await token(shared, client)).json()["access_token"]
    assert await branches(shared, old) == 200
    await who.call("PATCH", path, {"active": False})
    assert await branches(shared, old) == 401
    assert (await token(shared, client)).status_code == 401
    await who.call("PATCH", path, {"active": True})
    assert await branches(shared, old) == 401
    new = (await token(shared, client)).json()["access_token"]
    assert await branches(shared, new) == 200
    await who.call("PATCH", path, {"active": False})
    await who.call("DELETE", path)
    assert await branches(shared, new) == 401


async def test_a_clients_tokens_are_revoked_together(shared: Site) -> None:
    """Those from before, for good; the client gets new ones with the secret it has."""
    who = await manager(shared)
    client = await made(who, "leaked")
    path = f"/clients/{client['id']}/revoke-tokens"
    old = (await token(shared, client)).json()["access_token"]
    answer = await who.call("POST", path, params={"dryRun": "true"})
    assert answer.json()["changes"][0]["action"] == "changed"
    assert await branches(shared, old) == 200
    assert (await who.call("POST", path)).json()["active"] is True
    assert await branches(shared, old) == 401
    new = (await token(shared, client)).json()["access_token"]
    assert await branches(shared, new) == 200


async def test_a_suspended_account_is_out_at_once(start: Start) -> None:
    """Resumed, its tokens live on."""
    async with start() as site:
        write, acme = site.app.database.write, site.world.acme.account.id
        held = site.bearer()["Authorization"].removeprefix("Bearer ")
        await write(acme, accounts.suspend)
        assert await branches(site, held) == 401
        assert (await site.call("GET", "/branches", account="globex")).status_code == 200
        await write(acme, accounts.resume)
        assert await branches(site, held) == 200


async def test_only_a_disabled_client_is_removed(shared: Site) -> None:
    """Its key is free then."""
    who = await manager(shared)
    client = await made(who, "removed")
    path = f"/clients/{client['id']}"
    answer = await who.call("DELETE", path)
    assert (answer.status_code, answer.json()["code"]) == (409, "client_still_active")
    await who.call("PATCH", path, {"active": False})
    assert (await who.call("DELETE", path)).status_code == 204
    assert (await who.call("GET", path)).status_code == 404
    again = await made(who, "removed")
    assert again["clientId"] != client["clientId"]


async def test_the_booking_page_is_a_client_that_nobody_can_be_or_change(shared: Site) -> None:
    who = await manager(shared)
    listed = (await who.call("GET", "/clients?limit=200")).json()
    [client] = [one for one in listed if one["builtIn"]]
    assert client["key"] == "booking-page"
    assert len({one["id"] for one in listed}) == len(listed) > 1
    assert (await who.call("GET", "/clients?key=booking-page")).json() == [client]
    path = f"/clients/{client['id']}"
    assert (await who.call("GET", path)).json() == client
    for answer in (
        await who.call("PATCH", path, {"name": "Mine"}),
        await who.call("DELETE", path),
        await who.call("POST", f"{path}/revoke-tokens"),
        await who.call("POST", f"{path}/api-keys", {"key": "mine"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "client_built_in")
    answer = await who.call("POST", f"{path}/secrets", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "client_has_no_secret")
    answer = await token(shared, {**client, "clientSecret": "x"})
    assert answer.status_code == 401
    taken = {"key": "booking-page", "name": "x", "grants": ["client_credentials"], "scopes": [BOOK]}
    answer = await who.call("POST", "/clients", taken)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "reserved_key")


async def test_two_secrets_let_a_client_change_over(shared: Site) -> None:
    """A third is one too many; revoking the first leaves the second."""
    who = await manager(shared)
    client = await made(who, "rotating")
    path = f"/clients/{client['id']}/secrets"
    answer = await who.call("POST", path, {"expiresAt": "2090-01-01T00:00:00+01:00"})
    second = answer.json()
    assert answer.headers["location"].endswith(f"{path}/{second['id']}")
    assert second["expiresAt"] == "2089-12-31T23:00:00.000+00:00"
    third = await who.call("POST", path, {})
    assert (third.status_code, third.json()["code"]) == (409, "too_many_secrets")
    listed = (await who.call("GET", path)).json()
    assert [secret.keys() for secret in listed] == [
        {"id", "createdAt", "expiresAt", "lastUsedAt"}
    ] * 2
    assert listed[1] == {k: v for k, v in second.items() if k != "clientSecret"}
    assert (listed[0]["expiresAt"], listed[0]["lastUsedAt"]) == (None, None)
    secrets = (client["clientSecret"], second["clientSecret"])
    assert [(await token(shared, client, s)).status_code for s in secrets] == [200, 200]
    assert (await who.call("DELETE", f"{path}/{listed[0]['id'].upper()}")).status_code == 204
    assert [(await token(shared, client, s)).status_code for s in secrets] == [401, 200]
    assert (await who.call("DELETE", f"{path}/{listed[0]['id']}")).status_code == 404
    other = await made(who, "rotating-too")
    elsewhere = f"/clients/{other['id']}/secrets/{listed[1]['id']}"
    assert (await who.call("DELETE", elsewhere)).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "out_of_range"),
        ({"expiresAt": "2090-01-01T00:00:00"}, "offset_required"),
        ({"expiresAt": "tomorrow"}, "invalid_time"),
        ({"expiresAt": 7}, "wrong_type"),
    ],
)
async def test_expiries_that_cannot_be(shared: Site, body: dict[str, Any], code: str) -> None:
    """In the past, without an offset, or no time at all."""
    who = await manager(shared)
    [full] = (await who.call("GET", "/clients", params={"key": "full"})).json()
    answer = await who.call("POST", f"/clients/{full['id']}/secrets", body)
    assert faults(answer) == {"/expiresAt": code}


async def test_dry_runs_change_nothing(shared: Site) -> None:
    """And show no secret, since there is none."""
    who = await manager(shared)
    client = await made(who, "dry")
    path = f"/clients/{client['id']}"
    before = (await who.call("GET", path)).json(), (await who.call("GET", f"{path}/secrets")).json()
    events = await shared.app.database.read_system("a test", _count_events)
    dry = {"dryRun": "true"}

    async def would(method: str, where: str, body: Any = None) -> list[dict[str, str]]:
        answer = await who.call(method, where, body, params=dry)
        assert answer.status_code == 200, answer.text
        assert "osk_" not in answer.text
        changes: list[dict[str, str]] = answer.json()["changes"]
        return changes

    def change(kind: str, key: str, action: str) -> list[dict[str, str]]:
        return [{"kind": kind, "key": key, "action": action}]

    assert await would("POST", "/clients", {"key": "dryer", **KIOSK}) == change(
        "client", "dryer", "created"
    )
    assert await would("PATCH", path, {"active": False}) == change("client", "dry", "changed")
    assert await would("PATCH", path, {"name": "Kiosk"}) == []
    assert await would("POST", f"{path}/secrets", {}) == change("client-secret", "dry", "created")
    secret = f"{path}/secrets/{before[1][0]['id']}"
    assert await would("DELETE", secret) == change("client-secret", "dry", "deleted")
    assert (await who.call("DELETE", path, params=dry)).status_code == 409
    after = (await who.call("GET", path)).json(), (await who.call("GET", f"{path}/secrets")).json()
    assert after == before
    assert (await who.call("GET", "/clients", params={"key": "dryer"})).json() == []
    assert await shared.app.database.read_system("a test", _count_events) == events


def _count_events(tx: Any) -> int:
    return int(tx._connection.rows("SELECT count(*) FROM audit_events", {})[0][0])


async def test_an_idempotency_key_keeps_no_secret(shared: Site) -> None:
    """The same request again is another request, which the state refuses."""
    who = await manager(shared)
    headers = {"Idempotency-Key": "make-once"}
    first = await who.call("POST", "/clients", {"key": "once", **KIOSK}, headers=headers)
    assert first.status_code == 201
    again = await who.call("POST", "/clients", {"key": "once", **KIOSK}, headers=headers)
    assert (again.status_code, again.json()["code"]) == (409, "client_key_taken")
    path = f"/clients/{first.json()['id']}"
    patched = [
        await who.call("PATCH", path, {"name": "N"}, headers={"Idempotency-Key": "patch-once"})
        for _ in range(2)
    ]
    assert patched[0].json() == patched[1].json()
    assert patched[1].headers["idempotency-replayed"] == "true"
    other = await who.call("PATCH", path, {"name": "M"}, headers={"Idempotency-Key": "patch-once"})
    assert other.json()["code"] == "idempotency_key_reused"


async def test_pages(start: Start) -> None:
    """In the order in which they were made, each once."""
    async with start() as site:
        who = await manager(site)
        whole = (await who.call("GET", "/clients")).json()
        assert [c["key"] for c in whole][:6] == [
            "full", "other", "book", "reschedule", "cancel", "nothing",
        ]  # fmt: skip
        url, paged = "/clients?limit=3", []
        while url:
            answer = await who.call("GET", url)
            paged += answer.json()
            link = answer.links.get("next", {}).get("url", "")
            url = link.removeprefix(f"{PUBLIC_URL}/admin/v1")
        assert paged == whole
        assert (await who.call("GET", "/clients", params={"key": "book"})).json() == [whole[2]]
        assert (await who.call("GET", "/clients", params={"key": "no-such"})).json() == []
        for params in ({"limit": "201"}, {"limit": "0"}, {"cursor": "!"}):
            answer = await who.call("GET", "/clients", params=params)
            assert faults(answer).keys() == {f"/{name}" for name in params}
        etag = await who.call("GET", f"/clients/{whole[0]['id']}")
        known = {"If-None-Match": etag.headers["etag"]}
        assert (
            await who.call("GET", f"/clients/{whole[0]['id']}", headers=known)
        ).status_code == 304


async def test_a_catalogue_scope_is_not_enough(shared: Site) -> None:
    """Who writes branches cannot make itself a client."""
    who = await administrator(shared, ADMIN_WRITE)
    assert (await who.call("GET", "/clients")).status_code == 403
