"""A caller without a token reaches the same routes: only who calls is another strategy."""

import json
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from openslot.kernel.actor import Actor, InsufficientScope
from openslot.kernel.errors import Unauthenticated
from openslot.kernel.scopes import BOOK, CANCEL
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.booking_api.routes import ROUTES
from openslot.web.http.endpoint import Endpoint
from openslot.web.http.limits import CallLimits
from openslot.web.http.transport import header

from .site import Site

pytestmark = pytest.mark.anyio


@dataclass
class DoorKey:
    """Who knows the word of an account is a guest there, until it is changed."""

    account_id: str
    word: bytes
    scopes: frozenset[str] = frozenset({BOOK})

    def actor(self, tx: SystemTx, scope: Scope) -> Actor:
        """A guest."""
        if header(scope["headers"], b"x-word") != self.word:
            raise Unauthenticated
        return Actor(self.account_id, "client", "guest", self.scopes)

    def check_again(self, tx: AccountTx, actor: Actor) -> None:
        """The account must be the guest's."""
        assert tx.account.id == actor.account_id == self.account_id
        if not self.word:
            raise Unauthenticated


def calling(shared: Site, key: DoorKey, path: str) -> httpx.AsyncClient:
    """A client of one path of the booking API, for who has the key."""
    routes = {route.method: route for route in ROUTES if route.path == path}
    assert routes
    endpoint = Endpoint(shared.app, key, CallLimits(shared.app.settings), routes, {})

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        state = type("State", (), {"id": "a request", "account": None})()
        await endpoint({**scope, "state": state, "path_params": {}}, receive, send)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://x.example")


async def test_it_reserves_for_whom_the_strategy_names(shared: Site) -> None:
    key = DoorKey(shared.tenant().account.id, b"sesame")
    async with calling(shared, key, "/reservations") as http:
        sent: Any = {"headers": {"X-Word": "sesame"}, "json": shared.reservation()}
        made = await http.post("/reservations", **sent)
        assert made.status_code == 201, made.text
        with pytest.raises(Unauthenticated):
            await http.post("/reservations", json=shared.reservation())
    # It is the guest's: no client of the account finds it.
    path = f"/reservations/{json.loads(made.content)['appointmentId']}"
    assert (await shared.call("GET", path)).status_code == 404


async def test_the_action_says_which_scopes_are_enough(shared: Site) -> None:
    key = replace(DoorKey(shared.tenant().account.id, b"sesame"), scopes=frozenset({CANCEL}))
    async with calling(shared, key, "/services") as http:
        with pytest.raises(InsufficientScope):
            await http.get("/services", headers={"X-Word": "sesame"})


async def test_who_may_no_longer_act_writes_nothing(shared: Site) -> None:
    key = DoorKey(shared.tenant().account.id, b"")
    async with calling(shared, key, "/reservations") as http:
        with pytest.raises(Unauthenticated):
            sent: Any = {"headers": {"X-Word": ""}, "json": shared.reservation()}
            await http.post("/reservations", **sent)
