"""A server in process, driven through ASGI, and what every test asks of it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from openslot.app import App, open_app
from openslot.settings import Settings
from openslot.web.server import Server

from .world import NOW, PUBLIC_URL, Tenant, World, token

API = "/external/v1"
ADMIN = "/admin/v1"
PERSON = {
    "personalIdentifier": "Zx81Quibble42",
    "firstName": "Wilhelmina",
    "lastName": "Oosterschelde",
    "email": "wilhelmina@oosterschelde.example",
    "phoneNumber": "+31 6 12345678",
}


@dataclass
class Site:
    """A running server and its two tenants."""

    app: App  # on the same database as the server, but not its own
    http: httpx.AsyncClient
    world: World
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    _places: Any = field(default_factory=count)

    def bearer(self, client: str = "full", account: str = "acme") -> dict[str, str]:
        """The header of one of the clients."""
        key = (account, client)
        if key not in self._tokens:
            self._tokens[key] = token(self.app, self.tenant(account), client)
        return {"Authorization": f"Bearer {self._tokens[key]}"}

    def tenant(self, account: str = "acme") -> Tenant:
        """One of the two."""
        tenant: Tenant = getattr(self.world, account)
        return tenant

    def id(self, kind: str, key: str, account: str = "acme") -> str:
        """The id of a catalogue item."""
        return self.tenant(account).ids[kind, key]

    async def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        client: str | None = "full",
        account: str = "acme",
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """A request of a client; `client=None` sends no token."""
        sent = {**(self.bearer(client, account) if client else {}), **(headers or {})}
        if json is not None:
            more["json"] = json
        return await self.http.request(method, API + path, headers=sent, **more)

    def slot(self) -> str:
        """A start on the grid that nobody else has been given, within 400 days of NOW."""
        day, place = divmod(next(self._places), 30)
        return at(1 + day, 9 * 60 + place * 15)

    def reservation(self, service: str = "passport", **more: Any) -> dict[str, Any]:
        """A good request for a slot of its own."""
        return {
            "serviceId": self.id("service", service),
            "branchId": self.id("branch", "centre"),
            "timeSlot": {"startTime": self.slot()},
            **more,
        }

    async def reserve(
        self, service: str = "passport", *, client: str = "full", **more: Any
    ) -> dict[str, Any]:
        """A live reservation."""
        answer = await self.call(
            "POST", "/reservations", self.reservation(service, **more), client=client
        )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def book(self, service: str = "passport", **more: Any) -> dict[str, Any]:
        """An appointment."""
        made = await self.reserve(service, **more)
        answer = await self.call(
            "POST", f"/reservations/{made['appointmentId']}/confirm", self.person()
        )
        assert answer.status_code == 201, answer.text
        booked: dict[str, Any] = answer.json()
        return booked

    def person(self, **more: Any) -> dict[str, Any]:
        """A good confirm request."""
        return {**PERSON, **more}


def at(day: int, minute: int = 9 * 60) -> str:
    """Wall time in Amsterdam, `day` days after NOW's; there it is winter until 28 March."""
    monday = datetime.fromtimestamp(NOW / 1000, ZoneInfo("Europe/Amsterdam"))
    wall = monday.replace(hour=0) + timedelta(days=day, minutes=minute)
    return wall.isoformat()


@asynccontextmanager
async def started(settings: Settings, world: World) -> AsyncIterator[Site]:
    """A server on the settings' database, from the start of its lifespan to the end of it."""
    server = Server(settings)
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.create_task(server({"type": "lifespan"}, inbox.get, outbox.put))
    await inbox.put({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    transport = httpx.ASGITransport(app=server)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:
        app = await open_app(settings)  # of another process, so to say
        yield Site(app, http, world)
        await app.close()
    await inbox.put({"type": "lifespan.shutdown"})
    assert (await outbox.get())["type"] == "lifespan.shutdown.complete"
    await life
