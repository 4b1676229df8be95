"""A client of the admin API, whose answers are held against its document."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from openslot.identity.tokens.access_tokens import Issuer, issue
from openslot.kernel.clock import now_ms
from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    APPOINTMENTS_MANAGE,
    APPOINTMENTS_OVERRIDE,
)
from openslot.scheduling import verify
from openslot.web.http.route import AnyRoute

from ..contract import ADMIN_API
from ..site import PERSON, Site

STAFF = (APPOINTMENTS_MANAGE,)
BOSS = (APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE, ADMIN_READ, ADMIN_WRITE)


async def ask(
    site: Site,
    method: str,
    path: str,
    json: Any = None,
    *,
    scopes: Sequence[str] | None = BOSS,
    account: str = "acme",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> httpx.Response:
    """A request with a token of just these scopes; `scopes=None` sends none."""
    sent = dict(headers or {})
    if scopes is not None:
        of = site.tenant(account)
        issuer = Issuer(site.app.settings.public_url, of.account.id, of.account.name, "ES256")
        token = issue(site.app.keys, issuer, of.clients["everything"], tuple(scopes), now_ms())
        sent["Authorization"] = f"Bearer {token}"
    if json is not None:
        more["json"] = json
    answer = await site.http.request(method, f"/admin/v1{path}", headers=sent, **more)
    operation = operation_at(method, path.partition("?")[0])
    ADMIN_API.check(operation, answer, dry_run="dryRun=true" in str(answer.url))
    return answer


def operation_at(method: str, path: str) -> AnyRoute:
    """The call of a path with ids in it."""
    steps = path.split("/")
    for operation in ADMIN_API.operations:
        there = operation.path.split("/")
        fits = [a == b or a.startswith("{") for a, b in zip(there, steps, strict=False)]
        if operation.method == method and len(there) == len(steps) and all(fits):
            return operation
    raise LookupError(f"{method} {path}")


def booking(site: Site, service: str = "passport", **more: Any) -> dict[str, Any]:
    """A good request for a slot of its own."""
    return {**site.reservation(service), "customer": PERSON, **more}


async def booked(site: Site, **more: Any) -> dict[str, Any]:
    """An appointment, as staff see it."""
    answer = await ask(site, "POST", "/appointments", booking(site, **more))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def nothing_wrong(site: Site) -> None:
    """What must always hold."""
    for account in ("acme", "globex"):
        account_id = site.tenant(account).account.id
        report = await site.app.database.read(account_id, verify.verify)
        assert report.differences == []
