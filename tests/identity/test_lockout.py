"""Nobody locks a client out: however many try its id, from wherever else, it goes on."""

from dataclasses import replace

import httpx
import pytest

from openslot.web.http.limits import MOST_KEYS
from openslot.web.oauth.throttles import Throttles

from .test_equal_refusals import ENDPOINTS, Keyed, asserted
from .test_throttles import Door
from .test_token_endpoint import FORM, basic
from .world import PUBLIC_URL, World

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("limits_clock")]

VICTIM = "198.51.100.7"
LIMITS = {"wrong_secrets_per_minute_and_client": 10, "wrong_secrets_per_minute_and_address": 100}


class Crowd:
    """Requests from any address to one server with the usual limits."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.door = Door(world, **LIMITS)

    async def ask(self, address: str, endpoint: str, secret: str | None, body: str = "") -> int:
        """The status of a request for the website; without a secret it needs a body."""
        transport = httpx.ASGITransport(app=self.door.asgi, client=(address, 1))
        headers = {"X-ACCOUNT": "acme", "Content-Type": FORM}
        if secret is not None:
            headers["Authorization"] = basic(self.world.website.client_id, secret)
        async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:
            answer = await http.post(
                f"/oauth2/{endpoint}", content=f"{ENDPOINTS[endpoint]}&{body}", headers=headers
            )
        return answer.status_code

    async def is_let_in(self) -> bool:
        """Whether the website's own secret is good everywhere, from its own address."""
        asked = [await self.ask(VICTIM, endpoint, self.world.secret) for endpoint in ENDPOINTS]
        return asked == [200, 200, 200]


async def test_from_many_addresses(world: World) -> None:
    """Secrets and assertions, until each address is refused whatever it sends."""
    crowd = Crowd(world)
    assert await crowd.is_let_in()
    assertion = asserted(Keyed(world).assertion(world.website.client_id))
    for number in range(10):
        address = f"203.0.113.{number}"
        for endpoint in ENDPOINTS:
            for _ in range(2):
                assert await crowd.ask(address, endpoint, "wrong") == 401
            assert await crowd.ask(address, endpoint, None, assertion) == 401
        assert await crowd.ask(address, "token", "wrong") == 401
        assert await crowd.ask(address, "token", "wrong") == 429
        assert await crowd.ask(address, "token", world.secret) == 429
        assert await crowd.ask(address, "revoke", None, assertion) == 429
    assert await crowd.is_let_in()


async def test_a_crowd_beyond_what_is_remembered(world: World) -> None:
    """The memory is bounded, and what is forgotten lets in rather than locks out."""
    throttles = Throttles(replace(world.app.settings, **LIMITS), world.app.token_refusals)
    for number in range(25_000):
        throttles.wrong(world.website.client_id, f"2001:db8:{number:x}::1")
    assert len(throttles.by_client_and_address) == MOST_KEYS
    assert len(throttles.by_address) == MOST_KEYS
    throttles.ask(world.website.client_id, VICTIM)
