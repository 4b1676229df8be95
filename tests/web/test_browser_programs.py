"""The APIs for programs in browsers: pages of public clients alone, refusals included."""

import contextlib

import httpx
import pytest

from openslot.identity.clients import clients
from openslot.kernel import scopes

from .site import API, Site
from .world import pepper

pytestmark = pytest.mark.anyio

APP = "https://app.example.org"
ALLOW = "access-control-allow-origin"


@pytest.fixture
async def page(shared: Site) -> str:
    """The origin of a page whose client is registered."""
    document = {
        "grants": ["authorization_code"],
        "scopes": [scopes.BOOK],
        "redirectUris": [f"{APP}/callback"],
        "tokenEndpointAuthMethod": "none",
    }
    account = shared.tenant().account.id

    with contextlib.suppress(clients.ClientKeyTaken):
        await shared.app.database.write(
            account, clients.create, pepper(shared.app), "page", "A page", document
        )
    return APP


async def _preflight(site: Site, path: str, method: str, origin: str) -> httpx.Response:
    return await site.http.options(
        path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,idempotency-key",
        },
    )


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (f"{API}/reservations", "POST"),
        (f"{API}/appointments/x", "DELETE, GET, PUT"),
        ("/admin/v1/branches", "GET, POST"),
    ],
)
async def test_a_registered_page_may_ask(shared: Site, page: str, path: str, methods: str) -> None:
    """Before it sends a token, so of whichever account."""
    answer = await _preflight(shared, path, "POST", page)
    assert (answer.status_code, answer.headers[ALLOW]) == (204, page)
    assert answer.headers["access-control-allow-methods"] == methods
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {"idempotency-key", "traceparent", "tracestate"} <= set(allowed)
    assert "access-control-allow-credentials" not in answer.headers


async def test_it_reads_answers_and_refusals(shared: Site, page: str) -> None:
    """Each with what it needs of the header."""
    good = await shared.call("GET", "/services", headers={"Origin": page})
    anonymous = await shared.call("GET", "/services", client=None, headers={"Origin": page})
    wrong = await shared.call("POST", "/reservations", {}, headers={"Origin": page})
    assert [a.status_code for a in (good, anonymous, wrong)] == [200, 401, 422]
    for answer in (good, anonymous, wrong):
        assert answer.headers[ALLOW] == page
        assert "WWW-Authenticate" in answer.headers["access-control-expose-headers"]
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{APP}.evil.example"])
async def test_no_other_page_may(shared: Site, page: str, origin: str) -> None:
    """With a good token neither: it is another program's."""
    assert origin != page
    asked = await _preflight(shared, f"{API}/reservations", "POST", origin)
    assert asked.status_code == 405
    answer = await shared.call("GET", "/services", headers={"Origin": origin})
    assert answer.status_code == 200
    for refused in (asked, answer):
        assert ALLOW not in refused.headers


async def test_without_an_origin_nothing_is_added(shared: Site) -> None:
    """Other programs' answers stay as they are."""
    answer = await shared.call("GET", "/services")
    assert ALLOW not in answer.headers
