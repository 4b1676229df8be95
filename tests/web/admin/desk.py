"""A client of the admin API, and whether its answers are as the route table says."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
from pydantic import TypeAdapter

from openslot.identity.tokens.access_tokens import Issuer, issue
from openslot.kernel.clock import now_ms
from openslot.kernel.scopes import (
    ADMIN_READ,
    ADMIN_WRITE,
    APPOINTMENTS_MANAGE,
    APPOINTMENTS_OVERRIDE,
)
from openslot.scheduling import verify
from openslot.web.admin_api.staff.routes import ROUTES
from openslot.web.http.problems import status_of
from openslot.web.http.route import AnyRoute

from ..contract import check_problem
from ..site import PERSON, Site

STAFF = (APPOINTMENTS_MANAGE,)
BOSS = (APPOINTMENTS_MANAGE, APPOINTMENTS_OVERRIDE, ADMIN_READ, ADMIN_WRITE)
_OF_ANY_CALL = {
    "invalid_request", "unauthenticated", "invalid_token", "insufficient_scope", "invalid_json",
}  # fmt: skip


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
        token = issue(site.app.keys, issuer, of.clients["full"], tuple(scopes), now_ms())
        sent["Authorization"] = f"Bearer {token}"
    if json is not None:
        more["json"] = json
    answer = await site.http.request(method, f"/admin/v1{path}", headers=sent, **more)
    check(method, path.partition("?")[0], answer, dry_run="dryRun=true" in str(answer.url))
    return answer


def operation_at(method: str, path: str) -> AnyRoute:
    """The call of a path with ids in it."""
    steps = path.split("/")
    for operation in ROUTES:
        there = operation.path.split("/")
        fits = [a == b or a.startswith("{") for a, b in zip(there, steps, strict=False)]
        if operation.method == method and len(there) == len(steps) and all(fits):
            return operation
    raise LookupError(f"{method} {path}")


def check(method: str, path: str, answer: httpx.Response, *, dry_run: bool) -> None:
    """The status is the call's, the body its answer's, the headers those that it lists."""
    operation = operation_at(method, path)
    if answer.is_error:
        check_problem(answer)
        codes = {error.code: status_of(error) for error in operation.errors}
        code = answer.json()["code"]
        assert code in _OF_ANY_CALL or codes.get(code) == answer.status_code, answer.text
        return
    assert answer.status_code == (200 if dry_run else operation.returns.status)
    if operation.returns.status != 204 and not dry_run:
        TypeAdapter(operation.returns.model).validate_json(answer.content)
    for name in operation.returns.headers if not dry_run else ():
        assert name in answer.headers or name == "Link", name


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
