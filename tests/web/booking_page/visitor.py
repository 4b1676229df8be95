"""Somebody who books: reads pages as HTML, follows links and presses buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx

from ..html_page import Element, Page, fields_of, form_of

__all__ = ["Element", "Page", "Visitor", "fields_of", "form_of"]


@dataclass
class Visitor:
    """A browser without scripts and cookies."""

    http: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict)

    async def open(self, address: str) -> Page:
        """Opens an address, and goes where it leads."""
        return await self._followed(await self.http.get(address, headers=dict(self.headers)))

    async def press(
        self, page: Page, button: Element, typed: Mapping[str, Any] | None = None
    ) -> Page:
        """Presses a button, after filling in its form."""
        return await self._followed(await self.sent(page, button, typed))

    async def sent(
        self, page: Page, button: Element, typed: Mapping[str, Any] | None = None
    ) -> httpx.Response:
        """As `press`, without going where the response leads."""
        form = form_of(page, button)
        pairs = fields_of(page, form, typed or {})
        if "name" in button.attributes:
            pairs.append((button.attributes["name"], button.attributes.get("value", "")))
        action = button.attributes.get("formaction") or form.attributes["action"]
        address = urljoin(str(page.response.url), action)
        if form.attributes.get("method", "get") == "get":
            query = urlencode(pairs)
            return await self.http.get(f"{address}?{query}", headers=dict(self.headers))
        return await self.http.post(
            address,
            content=urlencode(pairs),
            headers={"Content-Type": "application/x-www-form-urlencoded", **self.headers},
        )

    async def _followed(self, response: httpx.Response) -> Page:
        while response.status_code == 303:
            address = urljoin(str(response.url), response.headers["location"])
            response = await self.http.get(address, headers=dict(self.headers))
        assert "set-cookie" not in response.headers
        return Page(response)
