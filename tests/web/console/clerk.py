"""Somebody who works with the console, in a browser without scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx

from openslot.identity.people import users
from openslot.storage.transactions import AccountTx

from ..html_page import Element, Page, fields_of, form_of
from ..site import Site
from ..world import PUBLIC_URL

PASSWORD = "a harbour full of herring"
_OURS = {"Origin": PUBLIC_URL, "Sec-Fetch-Site": "same-origin"}


@dataclass
class Clerk:
    """A user and their browser."""

    http: httpx.AsyncClient
    account: str
    email: str
    role: str

    async def open(self, address: str, **headers: str) -> Page:
        """Opens an address below `/console`, and goes where it leads."""
        return await self._followed(await self.get(address, **headers))

    async def get(self, address: str, **headers: str) -> httpx.Response:
        """What an address below `/console` answers."""
        path = address if address.startswith("/console") else f"/console/{address}"
        return await self.http.get(path, headers=headers)

    async def press(
        self, page: Page, name: str | Element, typed: Mapping[str, Any] | None = None
    ) -> Page:
        """Presses a button after filling in its form, and goes where it leads."""
        return await self._followed(await self.sent(page, name, typed))

    async def sent(
        self, page: Page, name: str | Element, typed: Mapping[str, Any] | None = None, **more: str
    ) -> httpx.Response:
        """As `press`, without going where the response leads; `more` are headers."""
        button = page.button(name) if isinstance(name, str) else name
        form = form_of(page, button)
        pairs = fields_of(page, form, typed or {})
        if "name" in button.attributes:
            pairs.append((button.attributes["name"], button.attributes.get("value", "")))
        action = button.attributes.get("formaction") or form.attributes.get("action", "")
        address = urljoin(str(page.response.url), action)
        if form.attributes.get("method", "get") == "get":
            return await self.http.get(f"{address.partition('?')[0]}?{urlencode(pairs)}")
        return await self.post(address, pairs, **more)

    async def post(self, address: str, pairs: Any, **more: str) -> httpx.Response:
        """Sends a form as it is."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **_OURS, **more}
        return await self.http.post(address, content=urlencode(pairs), headers=headers)

    async def sign_in(self, password: str = PASSWORD, address: str = "/console/sign-in") -> Page:
        """Signs in, and goes where it leads."""
        page = await self.open(address)
        typed = {"account": self.account, "email": self.email, "password": password}
        return await self.press(page, "Sign in", typed)

    async def _followed(self, response: httpx.Response) -> Page:
        while response.status_code == 303:
            address = urljoin(str(response.url), response.headers["location"])
            response = await self.http.get(address)
        return Page(response)


async def clerk(site: Site, role: str, *, account: str = "acme", email: str = "") -> Clerk:
    """A new user of a role, who has not signed in yet."""
    address = email or f"{role}-{len(_MADE)}@{account}.example"
    _MADE.append(address)
    digest = await site.app.passwords.hash(PASSWORD)

    def make(tx: AccountTx) -> None:
        user, invitation = users.create(tx, address, f"{role.capitalize()} Smit", role)
        users.set_password(tx, user, digest, invitation=invitation)

    await site.app.database.write(site.tenant(account).account.id, make)
    http = httpx.AsyncClient(transport=site.http._transport, base_url=PUBLIC_URL)
    return Clerk(http, account, address, role)


async def signed_in(site: Site, role: str, *, account: str = "acme") -> Clerk:
    """A new user of a role, who has signed in."""
    new = await clerk(site, role, account=account)
    await new.sign_in()
    return new


_MADE: list[str] = []  # addresses, each of which is used once
