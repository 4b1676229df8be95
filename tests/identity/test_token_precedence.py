"""The order of the token endpoint's checks: the first fault is the one that is told."""

import httpx
import pytest

from openslot.identity.clients import clients
from openslot.kernel import scopes

from .test_token_endpoint import FORM, assert_error, basic
from .world import World, confidential

pytestmark = pytest.mark.anyio

STEPS = ["size", "method", "media type", "form", "account name", "client", "grant type", "grant",
         "scope"]  # fmt: skip
ANSWERS = {
    "size": (413, "invalid_request", "larger than"),
    "method": (405, "invalid_request", "Only POST"),
    "media type": (400, "invalid_request", "x-www-form-urlencoded"),
    "form": (400, "invalid_request", "%"),
    "account name": (400, "invalid_request", "lower case"),
    "client": (401, "invalid_client", "authentication failed"),
    "grant type": (400, "unsupported_grant_type", "grants"),
    "grant": (400, "unauthorized_client", "registered"),
    "scope": (400, "invalid_scope", "unknown"),
}


@pytest.mark.parametrize("first", range(len(STEPS)))
async def test_of_all_faults_the_first_is_told(
    http: httpx.AsyncClient, world: World, first: int
) -> None:
    """A request with this fault and every later one."""
    faults = set(STEPS[first:])
    grants = ["authorization_code"] if "grant" in faults else ["client_credentials"]
    document = {**confidential(scopes.BOOK), "grants": grants}
    client, secret = await world.app.database.write(
        world.acme.id, clients.create, world.pepper, "faulty", "Faulty", document
    )
    assert secret is not None
    # With the right grant type alone a client can be refused for the grant.
    grant_type = "password" if "grant type" in faults else "client_credentials"
    body = f"grant_type={grant_type}&scope={'unknown' if 'scope' in faults else ''}"
    body += "&x=%" if "form" in faults else ""
    body += "&pad=" + "x" * 20_000 if "size" in faults else ""
    answer = await http.request(
        "PUT" if "method" in faults else "POST",
        "/oauth2/token",
        content=body,
        headers={
            "Authorization": basic(client.client_id, "wrong" if "client" in faults else secret),
            "X-ACCOUNT": "ACME" if "account name" in faults else "acme",
            "Content-Type": "application/json" if "media type" in faults else FORM,
        },
    )
    status, error, words = ANSWERS[STEPS[first]]
    assert_error(answer, status, error)
    assert words in answer.json()["error_description"]


async def test_who_asks_is_settled_before_what_is_asked(
    http: httpx.AsyncClient, world: World
) -> None:
    """A missing grant type of an unknown client: it is not told what a good request looks like."""
    headers = {"X-ACCOUNT": "acme", "Content-Type": FORM}
    assert_error(await http.post("/oauth2/token", headers=headers), 401, "invalid_client")
    headers["Authorization"] = basic(world.website.client_id, world.secret)
    assert_error(await http.post("/oauth2/token", headers=headers), 400, "invalid_request")
