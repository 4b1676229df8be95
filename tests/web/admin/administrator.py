"""A client of the admin API, made for a test, and what it asks."""

from dataclasses import dataclass
from typing import Any

import httpx

from openslot.identity.clients import clients
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, CLIENTS_MANAGE
from openslot.storage.transactions import AccountTx

from ..site import ADMIN, Site
from ..world import Tenant, pepper, token

ALL = (ADMIN_READ, ADMIN_WRITE, CLIENTS_MANAGE)


@dataclass
class Administrator:
    """Somebody with a token for the admin API of one account."""

    site: Site
    bearer: str

    async def call(self, method: str, path: str, json: Any = None, **more: Any) -> httpx.Response:
        """A request."""
        headers = {"Authorization": f"Bearer {self.bearer}", **more.pop("headers", {})}
        if json is not None:
            more["json"] = json
        return await self.site.http.request(method, ADMIN + path, headers=headers, **more)

    async def made(self, path: str, body: Any) -> dict[str, Any]:
        """What a POST made."""
        answer = await self.call("POST", path, body)
        assert answer.status_code == 201, answer.text
        thing: dict[str, Any] = answer.json()
        return thing


async def administrator(
    site: Site, *scopes: str, account: str = "acme", key: str | None = None
) -> Administrator:
    """One with these scopes; with all that this API's catalogue needs where none are said."""
    tenant = site.tenant(account)
    name = key or f"administrator-{new_id()}"

    def make(tx: AccountTx) -> clients.Client:
        document = {"grants": ["client_credentials"], "scopes": scopes or ALL}
        return clients.create(tx, pepper(site.app), name, name, document)[0]

    client = await site.app.database.write(tenant.account.id, make)
    of_client = Tenant(tenant.account, {name: client}, tenant.ids)
    return Administrator(site, token(site.app, of_client, name))
