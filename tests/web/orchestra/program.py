"""A program that books with an API key, as those written for an Orchestra server do."""

from dataclasses import dataclass
from typing import Any

import httpx

from openslot.identity import accounts
from openslot.identity.clients import api_keys
from openslot.identity.model.api_key import ApiKey, ApiKeyContent
from openslot.kernel.ids import new_id
from openslot.storage.transactions import AccountTx

from ..site import Site
from ..world import pepper

CALENDAR = "/calendar-backend/public/api"


@dataclass
class Program:
    """One with an API key of a client of an account."""

    site: Site
    account: str
    api_key: ApiKey
    key: str  # what it sends

    async def call(self, method: str, path: str, json: Any = None, **more: Any) -> httpx.Response:
        """A request below the usual base, or to a whole path that begins with two slashes."""
        headers = {"X-Api-Key": self.key, **more.pop("headers", {})}
        if json is not None:
            more["json"] = json
        url = path[1:] if path.startswith("//") else CALENDAR + path
        return await self.site.http.request(method, url, headers=headers, **more)

    async def get(self, path: str, **more: Any) -> Any:
        """What a GET shows."""
        response = await self.call("GET", path, **more)
        assert response.status_code == 200, response.text
        return response.json()

    def branch(self, key: str = "centre") -> str:
        """The id of a branch."""
        return self.site.id("branch", key, self.account)

    def service(self, key: str = "passport") -> str:
        """The id of a service."""
        return self.site.id("service", key, self.account)


async def switched(site: Site, account: str, *, on: bool) -> None:
    """Switches the interface of an account."""

    def switch(tx: AccountTx) -> None:
        content = {name: v for name, v in tx.account.content.items() if name != "orchestra"}
        if on:
            content["orchestra"] = {"enabled": True}
        accounts.change(tx, content, sandbox=tx.account.sandbox)

    await site.app.database.write(site.tenant(account).account.id, switch)


async def program(
    site: Site, client: str = "full", account: str = "acme", **fields: Any
) -> Program:
    """One with a new API key of a client, beside which there is no other; the interface is on."""
    tenant = site.tenant(account)
    if "orchestra" not in (await _content(site, account)):
        await switched(site, account, on=True)

    def make(tx: AccountTx) -> api_keys.NewApiKey:
        of_client = tenant.clients[client]
        for held in api_keys.api_keys_of(tx, of_client):
            api_keys.revoke(tx, held)
        content = ApiKeyContent(new_id(), **fields)
        return api_keys.make(tx, pepper(site.app), of_client, content)

    made = await site.app.database.write(tenant.account.id, make)
    return Program(site, account, made.item, made.text)


async def _content(site: Site, account: str) -> Any:
    def content(tx: AccountTx) -> Any:
        return tx.account.content

    return await site.app.database.read(site.tenant(account).account.id, content)
