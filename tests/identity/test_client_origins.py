"""Which pages in browsers may use the OAuth endpoints: those of public clients."""

import httpx
import pytest

from openslot.identity.clients import clients

from .delegation import Desk, redeem
from .world import World

pytestmark = pytest.mark.anyio

APP = "https://app.example.org"  # of the public client
ALLOW = "access-control-allow-origin"
PATHS = [f"/accounts/acme/oauth2/{name}" for name in ("token", "revoke", "introspect")]


async def _preflight(http: httpx.AsyncClient, path: str, origin: str) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return await http.options(path, headers=asked)


@pytest.mark.parametrize("path", [*PATHS, "/oauth2/token"])
async def test_a_public_clients_page_may_ask(http: httpx.AsyncClient, path: str) -> None:
    """At the root for whichever account: a preflight names none."""
    answer = await _preflight(http, path, APP)
    assert (answer.status_code, answer.headers[ALLOW]) == (204, APP)
    assert answer.headers["access-control-allow-methods"] == "POST"
    allowed = answer.headers["access-control-allow-headers"].split(", ")
    assert {"dpop", "traceparent", "tracestate"} <= set(allowed)
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://app.example.org.evil.example", "https://app.example.or",
     "http://app.example.org", "https://app.example.org:444", "https://APP.example.org", "null",
     "*", "https://app.example.org/callback", "app.example.org", "x" * 400],
)  # fmt: skip
async def test_no_other_page_may(http: httpx.AsyncClient, origin: str) -> None:
    """However close its name is."""
    for path in (*PATHS, "/oauth2/token"):
        answer = await _preflight(http, path, origin)
        assert ALLOW not in answer.headers
        sent = await http.post(path, headers={"Origin": origin})
        assert ALLOW not in sent.headers


async def test_a_confidential_or_foreign_clients_page_may_not(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """A secret in a page is none; another account's endpoint knows the page not."""
    world: World = desk.world
    assert ALLOW not in (await _preflight(http, "/accounts/globex/oauth2/token", APP)).headers
    await world.app.database.write(world.acme.id, clients.disable, world.mobile)
    # The confidential client of acme has the same redirect URI.
    assert ALLOW not in (await _preflight(http, PATHS[0], APP)).headers


async def test_answers_and_refusals_can_be_read_by_the_page(
    http: httpx.AsyncClient, desk: Desk
) -> None:
    """Otherwise a program in a browser would never know why."""
    good = await redeem(http, desk, await desk.code(), headers={"Origin": APP})
    bad = await redeem(http, desk, "x", headers={"Origin": APP})
    for answer, status in ((good, 200), (bad, 400)):
        assert (answer.status_code, answer.headers[ALLOW]) == (status, APP)
        assert answer.headers["cache-control"] == "no-store"
    assert ALLOW not in (await redeem(http, desk, await desk.code())).headers
