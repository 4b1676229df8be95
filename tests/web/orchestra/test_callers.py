"""Who may call: API keys in three headers, what does not count, and what is counted."""

import asyncio
import base64
from typing import Any

import pytest

from openslot.identity.clients import api_keys, clients
from openslot.identity.model.api_key import ApiKeyContent
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter
from openslot.storage.transactions import AccountTx

from ..conftest import Start
from ..site import Site
from .program import CALENDAR, Program, program, switched

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

SERVICES = f"{CALENDAR}/v1/services"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def status(site: Site, headers: dict[str, str]) -> int:
    return (await site.http.get(SERVICES, headers=headers)).status_code


async def revoked(calling: Program) -> None:
    """Ends its key."""
    account = calling.site.tenant(calling.account).account
    await calling.site.app.database.write(account.id, api_keys.revoke, calling.api_key)


async def events(site: Site, kind: str, account: str = "acme") -> list[AuditEntry]:
    """What the audit trail has of a kind."""
    id_ = site.tenant(account).account.id
    found: list[AuditEntry] = await site.app.database.read(
        id_, audit.events, AuditFilter(type=kind), 100
    )
    return found


async def test_a_key_is_taken_from_each_header_and_from_several_when_equal(site: Site) -> None:
    key = (await program(site)).key
    for headers in (
        {"X-Api-Key": key},
        {"auth-token": key},
        {"Authorization": basic("anybody", key)},
        {"Authorization": basic("", key), "X-Api-Key": key, "auth-token": key},
    ):
        assert await status(site, headers) == 200
    for headers in (
        {"X-Api-Key": key, "auth-token": key + "x"},
        {"X-Api-Key": key, "Authorization": basic("anybody", "other")},
        {"X-Api-Key": key, "Authorization": "Basic !"},
    ):
        assert await status(site, headers) == 401


async def test_what_does_not_count_gets_one_and_the_same_refusal(site: Site) -> None:
    calling = await program(site, expires_at=1 << 46)
    refused = []
    for headers in (
        {},
        {"X-Api-Key": "oak_nobody"},
        site.bearer(),
        {"X-Api-Key": site.bearer()["Authorization"].removeprefix("Bearer ")},
    ):
        refused.append(await site.http.get(SERVICES, headers=headers))
    assert await calling.get("/v1/services")
    await revoked(calling)
    refused.append(await calling.call("GET", "/v1/services"))
    expired = await program(site, expires_at=1)
    refused.append(await expired.call("GET", "/v1/services"))
    disabled = await program(site, "other")
    await site.app.database.write(
        site.tenant().account.id, clients.disable, site.tenant().clients["other"]
    )
    refused.append(await disabled.call("GET", "/v1/services"))
    assert {r.status_code for r in refused} == {401}
    assert len({r.text for r in refused}) == 1
    for response in refused:
        assert response.headers["WWW-Authenticate"].startswith('Basic realm="')
        assert response.headers["ERROR_CODE"] == "E401"
        assert response.headers["Cache-Control"] == "no-store"


async def test_a_key_is_no_token(site: Site) -> None:
    key = (await program(site)).key
    response = await site.call(
        "GET", "/services", client=None, headers={"Authorization": f"Bearer {key}"}
    )
    assert response.status_code == 401


async def test_an_interface_that_is_off_is_403_for_whatever_path(site: Site) -> None:
    calling = await program(site)
    other = await program(site, account="globex")
    await switched(site, "acme", on=False)
    for path in ("/v1/services", "/v1/nothing", "/v2/branches/x/dates", "/v1/branches/%zz"):
        response = await calling.call("GET", path)
        assert (response.status_code, response.headers["ERROR_CODE"]) == (403, "E403")
        assert "switched off" in response.json()["msg"]
    assert (await calling.call("POST", "/v1/services")).status_code == 403
    assert await other.get("/v1/services")
    assert (await site.http.get(SERVICES)).status_code == 401


async def test_scopes_are_those_of_the_client(site: Site) -> None:
    for client, wanted in (("book", 200), ("reschedule", 200), ("cancel", 403), ("nothing", 403)):
        calling = await program(site, client)
        assert (await calling.call("GET", "/v1/services")).status_code == wanted, client
    refused = await (await program(site, "nothing")).call("GET", "/v1/services")
    assert "external.appointment.book" in refused.json()["msg"]
    assert (await (await program(site, "nothing")).call("GET", "/v1/none")).status_code == 404


async def test_wrong_keys_count_with_wrong_secrets_of_the_address(start: Start) -> None:
    async with start(wrong_secrets_per_minute_and_address=3) as site:
        calling = await program(site)
        credentials = {"client_id": "a" * 26, "client_secret": "wrong"}
        path = "/accounts/acme/oauth2/token"
        form = {"grant_type": "client_credentials", **credentials}
        assert (await site.http.post(path, data=form)).status_code == 401
        for _ in range(2):
            assert await status(site, {"X-Api-Key": "wrong"}) == 401
        assert await status(site, {}) == 401
        refused = await calling.call("GET", "/v1/services")
        assert (refused.status_code, refused.headers["ERROR_CODE"]) == (429, "E429")
        assert int(refused.headers["Retry-After"]) > 0


async def test_first_use_and_refusals_of_known_keys_are_in_the_audit_trail(site: Site) -> None:
    calling = await program(site)
    await calling.get("/v1/services")
    await revoked(calling)
    for _ in range(2):
        assert (await calling.call("GET", "/v1/services")).status_code == 401
    assert await status(site, {"X-Api-Key": "oak_nobody"}) == 401

    async def noted(kind: str) -> list[AuditEntry]:
        async with asyncio.timeout(20):
            while not (found := await events(site, kind)):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return found

    (first,) = await noted("api_key.first_used")
    (refused,) = await noted("api_key.refused")
    client = site.tenant().clients["full"].client_id
    assert (first.secret_id, first.client) == (calling.api_key.id, client)
    assert (refused.secret_id, refused.client) == (calling.api_key.id, client)
    assert refused.detail["reasons"] == {"revoked": 2}
    assert await events(site, "api_key.refused", "globex") == []

    def held(tx: AccountTx) -> Any:
        return api_keys.api_keys_of(tx, site.tenant().clients["full"])

    assert await site.app.database.read(site.tenant().account.id, held) == []


async def test_a_key_of_another_account_sees_that_account_alone(site: Site) -> None:
    ours, theirs = await program(site), await program(site, account="globex")
    branch = ours.branch()
    assert (await theirs.call("GET", f"/v1/branches/{branch}")).status_code == 404
    assert (await ours.get(f"/v1/branches/{branch}"))["branch"]["publicId"] == branch
    shown = {each["publicId"] for each in (await theirs.get("/v1/branches"))["branchList"]}
    assert shown == {theirs.branch(), theirs.branch("harbour")}


async def test_a_changed_key_is_another_at_once(site: Site) -> None:
    calling = await program(site)
    path = f"/v2/branches/{calling.branch()}/dates;servicePublicId={calling.service()}"
    assert (await calling.call("GET", f"{path};numberOfCustomers=0")).status_code == 400

    def change(tx: AccountTx) -> None:
        content = ApiKeyContent(calling.api_key.content.key, "additional")
        api_keys.change(tx, site.tenant().clients["full"], calling.api_key, content)

    await site.app.database.write(site.tenant().account.id, change)
    assert (await calling.get(f"{path};numberOfCustomers=0"))["dates"]
