"""Throttling at the token endpoint: wrong secrets and good requests, and whom each limit meets."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from openslot.identity.tokens.refresh_token_reuse import GRACE_MS
from openslot.settings import Settings
from openslot.web.http.limits import MOST_KEYS
from openslot.web.oauth.throttles import Throttles

from .delegation import make_desk, redeem, refresh
from .rows import age
from .test_token_endpoint import FORM, GRANT, assert_error, basic
from .world import PUBLIC_URL, World, oauth_app

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("limits_clock")]

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"
UNKNOWN = "0" * 26


class Door:
    """The token endpoint with some limits, asked from any address."""

    def __init__(self, world: World, **most: int) -> None:
        self.world = world
        settings = replace(world.app.settings, **most)
        self.asgi = oauth_app(replace(world.app, settings=settings))
        self._clients: dict[str, httpx.AsyncClient] = {}

    async def ask(
        self, client_id: str, secret: str, address: str = HERE, account: str = "acme", **more: Any
    ) -> httpx.Response:
        """A token request."""
        headers = {
            "Authorization": basic(client_id, secret),
            "X-ACCOUNT": account,
            "Content-Type": FORM,
            **more,
        }
        return await self.http(address).post("/oauth2/token", content=GRANT, headers=headers)

    def http(self, address: str = HERE) -> httpx.AsyncClient:
        """Somebody at an address."""
        http = self._clients.get(address)
        if http is None:
            transport = httpx.ASGITransport(app=self.asgi, client=(address, 1))
            http = httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL)
            self._clients[address] = http
        return http

    async def good(self, address: str = HERE) -> int:
        """The status that the website's own secret gets."""
        answer = await self.ask(self.world.website.client_id, self.world.secret, address)
        return answer.status_code

    async def wrong(self, client_id: str | None = None, address: str = HERE) -> int:
        """The status that a wrong secret gets."""
        answer = await self.ask(client_id or self.world.website.client_id, "wrong", address)
        return answer.status_code


Open = Callable[..., AbstractAsyncContextManager[Door]]


@pytest.fixture
def opened(world: World) -> Open:
    """Opens an endpoint with limits."""

    @asynccontextmanager
    async def opening(**most: int):  # type: ignore[no-untyped-def]
        door = Door(world, **most)
        yield door
        for http in door._clients.values():
            await http.aclose()

    return opening


def by_client(most: int) -> dict[str, int]:
    """The limit of client and address together."""
    return {"wrong_secrets_per_minute_and_client": most}


def by_address(most: int) -> dict[str, int]:
    """The limit of an address."""
    return {"wrong_secrets_per_minute_and_address": most}


async def test_wrong_secrets_of_a_client_from_an_address(opened: Open, world: World) -> None:
    """Then even the right one is not looked at from there; from elsewhere nobody is locked out."""
    async with opened(**by_client(3)) as door:
        assert [await door.wrong() for _ in range(5)] == [401, 401, 401, 429, 429]
        assert await door.good() == 429
        assert await door.good(ELSEWHERE) == 200
        assert await door.wrong(world.mobile.client_id) == 401
        assert await door.wrong(address=ELSEWHERE) == 401
        answer = await door.ask(world.website.client_id, "wrong")
        assert_error(answer, 429, "temporarily_unavailable")
        assert answer.headers["retry-after"] == "20"


async def test_wrong_secrets_from_an_address(opened: Open, world: World) -> None:
    """Whatever clients and accounts they are for; another address goes on."""
    async with opened(**by_address(4)) as door:
        assert [await door.wrong(client_id=f"{n:026}") for n in range(2)] == [401, 401]
        assert (await door.ask(world.website.client_id, "x", account="nobody")).status_code == 401
        assert (await door.ask("a", "b", Authorization="Basic !")).status_code == 401
        assert await door.wrong(world.foreign.client_id) == 429
        assert (await door.ask("a", "b", Authorization="Basic !")).status_code == 429
        assert await door.good() == 429
        assert await door.good(ELSEWHERE) == 200
        assert await door.wrong(address=ELSEWHERE) == 401


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_nothing_is_compared_beyond_the_limit(opened: Open, world: World) -> None:
    """The database is not even asked."""
    traced: list[str] = []
    async with opened(**by_client(1)) as door:
        await door.wrong()
        world.app.database._reader.set_trace_callback(traced.append)  # type: ignore[attr-defined]
        assert (await door.wrong(), await door.good()) == (429, 429)
        assert traced == []


async def test_success_does_not_count(opened: Open) -> None:
    """However often, and between failures."""
    async with opened(**by_client(2), **by_address(2)) as door:
        assert [await door.good() for _ in range(20)] == [200] * 20
        statuses = [await door.wrong(), await door.good(), await door.wrong(), await door.wrong()]
        assert statuses == [401, 200, 401, 429]


async def test_other_faults_do_not_count(opened: Open) -> None:
    """What is malformed has tried no secret."""
    async with opened(**by_client(1), **by_address(1)) as door:
        for _ in range(5):
            answer = await door.ask("a", "b", **{"X-ACCOUNT": "Not a name"})
            assert answer.status_code == 400
        assert await door.good() == 200


@pytest.mark.parametrize("most", [by_client(2), by_address(2)], ids=["client", "address"])
async def test_known_and_unknown_get_the_same_bytes(
    opened: Open, world: World, most: dict[str, int]
) -> None:
    """At every step, so that the limit tells nothing of which clients and accounts there are."""
    asked = {
        "known": (world.website.client_id, "acme"),
        "unknown": (UNKNOWN, "acme"),
        "public": (world.mobile.client_id, "acme"),
        "another account's": (world.foreign.client_id, "acme"),
        "of no account": (world.website.client_id, "nobody"),
        "no client id at all": ("x" * 300, "acme"),
    }
    seen = {}
    for name, (client_id, account) in asked.items():
        async with opened(**most) as door:
            answers = [await door.ask(client_id, "wrong", account=account) for _ in range(4)]
            seen[name] = [(a.status_code, a.content, a.headers.multi_items()) for a in answers]
    assert [status for status, *_ in seen["known"]] == [401, 401, 429, 429]
    assert all(answers == seen["known"] for answers in seen.values())


async def test_good_requests_of_a_client(opened: Open, world: World) -> None:
    """From all addresses together; another client has its own, and 0 is off."""
    async with opened(tokens_per_minute_and_client=3) as door:
        assert [await door.good(a) for a in (HERE, ELSEWHERE, HERE)] == [200] * 3
        answer = await door.ask(world.website.client_id, world.secret)
        assert_error(answer, 429, "temporarily_unavailable")
        assert answer.headers["retry-after"] == "20"
        assert await door.good(ELSEWHERE) == 429
        other = await door.ask(world.foreign.client_id, world.foreign_secret, account="globex")
        assert other.status_code == 200
        # Who does not know the secret learns nothing of how often it was used.
        assert await door.wrong() == 401
    async with opened() as door:
        assert [await door.good() for _ in range(30)] == [200] * 30
        assert [await door.wrong() for _ in range(30)] == [401] * 30


async def test_a_refusal_for_the_number_uses_up_no_code_and_no_refresh_token(
    opened: Open, world: World
) -> None:
    """They can be sent again when `Retry-After` is over, here: to another process."""
    desk = await make_desk(world)
    async with opened(tokens_per_minute_and_client=1) as door, opened() as other:
        told = (await redeem(door.http(), desk, await desk.code())).json()
        code = await desk.code()
        assert_error(await redeem(door.http(), desk, code), 429, "temporarily_unavailable")
        assert (await redeem(other.http(), desk, code)).status_code == 200
        token = told["refresh_token"]
        assert_error(await refresh(door.http(), desk, token), 429, "temporarily_unavailable")
        await age(world.app.database, "grants", "rotated_at", GRACE_MS)
        assert (await refresh(other.http(), desk, token)).status_code == 200


async def test_wrong_secrets_do_not_use_up_good_requests(opened: Open) -> None:
    """Nobody can spend another's."""
    async with opened(tokens_per_minute_and_client=2) as door:
        assert [await door.wrong() for _ in range(5)] == [401] * 5
        assert [await door.good() for _ in range(3)] == [200, 200, 429]


async def test_a_flood_of_client_ids_keeps_memory_bounded(world: World) -> None:
    """10 000 of them from one address, each longer than any that exists."""
    settings = Settings(wrong_secrets_per_minute_and_address=0)
    throttles = Throttles(settings, world.app.token_refusals)
    for number in range(10_000):
        throttles.ask(f"{number:026}" * 100, HERE)
        throttles.wrong(f"{number:026}" * 100, HERE)
    keys = throttles.by_client_and_address._full_at
    assert len(keys) == MOST_KEYS
    assert max(map(len, keys)) < 50


async def test_a_flood_from_one_address_is_stopped_by_its_limit(opened: Open) -> None:
    """By default: the first hundred are counted, of the rest nothing is kept."""
    async with opened(**by_client(10), **by_address(100)) as door:
        statuses = [await door.wrong(f"{number:026}") for number in range(120)]
        assert statuses == [401] * 100 + [429] * 20
