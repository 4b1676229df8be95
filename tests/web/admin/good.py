"""A good request for every call of the admin API."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from delivery.mail.report_mails import report
from openslot.identity.model.roles import ROLES
from openslot.identity.tokens.access_tokens import Issuer, issue
from openslot.kernel.clock import now_ms
from openslot.kernel.scopes import ALL as EVERY_SCOPE
from openslot.kernel.scopes import BOOK
from openslot.web.admin_api.routes import ROUTES
from openslot.web.http.route import AnyRoute

from ..contract import name_of
from ..site import PERSON, Site, at
from ..world import NOW
from .administrator import Administrator

Made = dict[str, Any]  # keywords of `Administrator.call`
Case = Callable[[Administrator], Awaitable[tuple[str, Made]]]
_numbers = count()


def with_scopes(
    site: Site, scopes: Sequence[str] = EVERY_SCOPE, account: str = "acme"
) -> Administrator:
    """Somebody whose token has just these scopes."""
    of = site.tenant(account)
    issuer = Issuer(site.app.settings.public_url, of.account.id, of.account.name, "ES256")
    token = issue(site.app.keys, issuer, of.clients["everything"], tuple(scopes), now_ms())
    return Administrator(site, token)


async def request_for(site: Site, operation: AnyRoute) -> tuple[str, Made]:
    """The path and the rest of a request that gets a 2xx."""
    return await CASES[name_of(operation)](with_scopes(site))


def _plain(path: str, json: Any = None) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        return path, {} if json is None else {"json": json}

    return case


async def _entry(who: Administrator, path: str) -> dict[str, Any]:
    """A new thing of a collection; a combination takes a service of its own."""
    key = f"good-{next(_numbers)}"
    desk = {"branch": "centre", "type": "desk", "services": ["passport"]}
    return {
        "branches": {"key": key, "name": "New", "timeZone": "Europe/Amsterdam"},
        "service-groups": {"key": key, "name": "New"},
        "services": {
            "key": key, "name": "New", "durationMinutes": 15, "slotStepMinutes": 15,
            "resourceTypes": ["desk"], "branches": ["centre"],
        },
        "resources": {"key": key, "name": "New", **desk},
        "service-combinations": {
            "branch": "centre", "services": ["passport", await _new_service(who, path)],
        },
        "clients": {
            "key": key, "name": "New", "grants": ["client_credentials"], "scopes": [BOOK],
        },
    }[path]  # fmt: skip


async def _new_service(who: Administrator, path: str) -> str:
    if path != "service-combinations":
        return ""
    made = await who.made("/services", await _entry(who, "services"))
    return str(made["key"])


def _create(path: str) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        return f"/{path}", {"json": await _entry(who, path)}

    return case


def _of_new(path: str, more: str = "", json: Any = None) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        made = await who.made(f"/{path}", await _entry(who, path))
        return f"/{path}/{made['id']}{more}", {} if json is None else {"json": json}

    return case


async def _delete_client(who: Administrator) -> tuple[str, Made]:
    path, _ = await _of_new("clients")(who)
    assert (await who.call("PATCH", path, {"active": False})).status_code == 200
    return path, {}


async def _user(who: Administrator) -> tuple[str, Made]:
    made = await who.made("/users", _new_user())
    return f"/users/{made['id']}", {}


def _new_user() -> dict[str, Any]:
    return {"email": f"user-{next(_numbers)}@example.org", "name": "Ann", "role": "desk"}


async def _new_user_case(who: Administrator) -> tuple[str, Made]:
    return "/users", {"json": _new_user()}


async def _change_user(who: Administrator) -> tuple[str, Made]:
    path, _ = await _user(who)
    return path, {"json": {"role": "planner"}}


async def _delete_user(who: Administrator) -> tuple[str, Made]:
    path, _ = await _user(who)
    assert (await who.call("PATCH", path, {"active": False})).status_code == 200
    return path, {}


def _of_user(more: str) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        path, _ = await _user(who)
        return path + more, {}

    return case


async def _invite_user(who: Administrator) -> tuple[str, Made]:
    path, _ = await _user(who)
    return f"{path}/invitation", {}


async def _delete_secret(who: Administrator) -> tuple[str, Made]:
    path, _ = await _of_new("clients", "/secrets")(who)
    return f"{path}/{(await who.made(path, {}))['id']}", {}


def _api_key(json: Any = None) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        path, _ = await _of_new("clients", "/api-keys")(who)
        made = await who.made(path, {"key": "main"})
        return f"{path}/{made['id']}", {} if json is None else {"json": json}

    return case


def _override(**json: Any) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        branch = await who.made("/branches", await _entry(who, "branches"))
        path = f"/branches/{branch['id']}/overrides"
        day = str(date(2029, 1, 1) + timedelta(days=next(_numbers)))
        if json.get("new"):
            return path, {"json": {"date": day, "closed": True}}
        await who.made(path, {"date": day, "closed": True})
        if json.get("all"):
            return path, {}
        return f"{path}/{day}", {"json": json} if json else {}

    return case


def _block(*, new: bool = False, every: bool = False, json: Any = None) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        path, _ = await _of_new("resources", "/blocks")(who)
        body = {"startTime": at(3), "endTime": at(4), "reason": "Repair"}
        if new:
            return path, {"json": body}
        made = await who.made(path, body)
        more = {} if json is None else {"json": json}
        return (path if every else f"{path}/{made['id']}"), more

    return case


async def _absence(who: Administrator) -> tuple[str, Made]:
    path, _ = await _of_new("resources", "/absences")(who)
    return path, {"json": {"startTime": at(3), "endTime": at(4), "reason": "Leave"}}


async def _webhook(who: Administrator, url: str = "https://a.example/hook") -> dict[str, Any]:
    """A new webhook; earlier ones make room, since an account may have twenty."""
    for old in (await who.call("GET", "/webhooks")).json()[:-5]:
        assert (await who.call("DELETE", f"/webhooks/{old['id']}")).status_code == 204
    return await who.made("/webhooks", {"key": f"good-{next(_numbers)}", "url": url})


async def _new_webhook(who: Administrator) -> tuple[str, Made]:
    await _webhook(who)
    return "/webhooks", {"json": {"key": f"good-{next(_numbers)}", "url": "https://a.example"}}


def _of_webhook(more: str = "", json: Any = None) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        made = await _webhook(who)
        return f"/webhooks/{made['id']}{more}", {} if json is None else {"json": json}

    return case


async def _delete_webhook_secret(who: Administrator) -> tuple[str, Made]:
    path, _ = await _of_webhook("/secrets")(who)
    return f"{path}/{(await who.made(path, None))['id']}", {}


def _of_delivery(more: str = "") -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        path, _ = await _of_webhook()(who)
        sent = await who.call("POST", f"{path}/test")
        assert sent.status_code == 202, sent.text
        return f"{path}/deliveries/{sent.json()['id']}{more}", {}

    return case


async def _book(who: Administrator) -> tuple[str, Made]:
    return "/appointments", {"json": {**who.site.reservation(), "customer": PERSON}}


def _of_appointment(more: str = "", json: Any = None, *before: str, past: bool = False) -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        _, request = await _book(who)
        body = request["json"]
        if past:
            body |= {
                "timeSlot": {"startTime": at(0, 7 * 60)},
                "override": True,
                "reason": "LateAuditEntry",
            }
        made = await who.made("/appointments", body)
        path = f"/appointments/{made['appointmentId']}"
        for step in before:
            assert (await who.call("POST", f"{path}/{step}")).status_code == 200
        return path + more, {} if json is None else {"json": json}

    return case


async def _new_feed(who: Administrator) -> tuple[str, Made]:
    return "/feeds", {"json": {"branch": who.site.id("branch", "centre")}}


def _of_feed(more: str = "") -> Case:
    async def case(who: Administrator) -> tuple[str, Made]:
        made = await who.made("/feeds", {"resource": who.site.id("resource", "desk-1")})
        return f"/feeds/{made['id']}{more}", {}

    return case


async def _resend(who: Administrator) -> tuple[str, Made]:
    path, _ = await _of_appointment("/messages")(who)
    [message] = (await who.call("GET", path)).json()
    return f"{path}/{message['id']}/resend", {}


async def _report(who: Administrator) -> tuple[str, Made]:
    path, _ = await _of_appointment("/messages")(who)
    [message] = (await who.call("GET", path)).json()
    headers = {"Content-Type": "message/rfc822"}
    return "/mail/bounces", {"content": report(message["id"]), "headers": headers}


async def _move(who: Administrator) -> tuple[str, Made]:
    path, _ = await _of_appointment("/move")(who)
    return path, {"json": {"timeSlot": {"startTime": who.site.slot()}}}


async def _calendar(who: Administrator) -> tuple[str, Made]:
    query = {"branch": who.site.id("branch", "centre"), "date": at(1)[:10]}
    return "/calendar", {"params": query}


async def _statistics(who: Administrator) -> tuple[str, Made]:
    return "/statistics", {"params": {"from": at(0)[:10], "to": at(6)[:10]}}


async def _apply(who: Administrator) -> tuple[str, Made]:
    return "/apply", {"json": (await who.call("GET", "/export")).json()}


_COLLECTIONS = {
    "branches": "branchId",
    "service-groups": "groupId",
    "services": "serviceId",
    "resources": "resourceId",
    "service-combinations": "combinationId",
    "clients": "id",
}
_FEED = "/feeds/{id}"
_WEBHOOK, _DELIVERIES = "/webhooks/{id}", "/webhooks/{id}/deliveries"
_OVERRIDES, _BLOCKS = "/branches/{branchId}/overrides", "/resources/{resourceId}/blocks"
_APPOINTMENT, _SECRETS = "/appointments/{appointmentId}", "/clients/{id}/secrets"
_API_KEYS = "/clients/{id}/api-keys"
_CLOCK = {"now": datetime.fromtimestamp(NOW / 1000, UTC).isoformat(), "frozen": True}
CASES: dict[str, Case] = {
    "GET /sandbox/clock": _plain("/sandbox/clock"),
    "PUT /sandbox/clock": _plain("/sandbox/clock", _CLOCK),
    "GET /account": _plain("/account"),
    "PATCH /account": _plain("/account", {"settings": {"retentionDays": 365}}),
    "POST /apply": _apply,
    "GET /export": _plain("/export"),
    **{f"GET /{path}": _plain(f"/{path}") for path in _COLLECTIONS},
    **{f"POST /{path}": _create(path) for path in _COLLECTIONS},
    **{f"GET /{path}/{{{name}}}": _of_new(path) for path, name in _COLLECTIONS.items()},
    **{
        f"PATCH /{path}/{{{name}}}": _of_new(path, json={"active": True})
        for path, name in _COLLECTIONS.items()
    },
    **{f"DELETE /{path}/{{{name}}}": _of_new(path) for path, name in _COLLECTIONS.items()},
    "DELETE /clients/{id}": _delete_client,
    "GET /clients/{id}/tokens-per-day": _of_new("clients", "/tokens-per-day"),
    "POST /clients/{id}/revoke-tokens": _of_new("clients", "/revoke-tokens"),
    f"GET {_SECRETS}": _of_new("clients", "/secrets"),
    f"POST {_SECRETS}": _of_new("clients", "/secrets", {}),
    f"DELETE {_SECRETS}/{{secretId}}": _delete_secret,
    f"GET {_API_KEYS}": _of_new("clients", "/api-keys"),
    f"POST {_API_KEYS}": _of_new("clients", "/api-keys", {"key": "main"}),
    f"PATCH {_API_KEYS}/{{apiKeyId}}": _api_key({"partyCounting": "additional"}),
    f"DELETE {_API_KEYS}/{{apiKeyId}}": _api_key(),
    "GET /users": _plain("/users"),
    "POST /users": _new_user_case,
    "POST /users/search": _plain("/users/search", {"email": "nobody@example.org"}),
    "GET /users/{id}": _user,
    "PATCH /users/{id}": _change_user,
    "DELETE /users/{id}": _delete_user,
    "POST /users/{id}/invitation": _invite_user,
    "POST /users/{id}/end-sessions": _of_user("/end-sessions"),
    "DELETE /users/{id}/second-factor": _of_user("/second-factor"),
    f"GET {_OVERRIDES}": _override(all=True),
    f"POST {_OVERRIDES}": _override(new=True),
    f"GET {_OVERRIDES}/{{date}}": _override(),
    f"PATCH {_OVERRIDES}/{{date}}": _override(closed=True),
    f"DELETE {_OVERRIDES}/{{date}}": _override(),
    "POST /resources/{resourceId}/absences": _absence,
    f"GET {_BLOCKS}": _block(every=True),
    f"POST {_BLOCKS}": _block(new=True),
    f"GET {_BLOCKS}/{{blockId}}": _block(),
    f"PATCH {_BLOCKS}/{{blockId}}": _block(json={"endTime": at(5), "reason": None}),
    f"DELETE {_BLOCKS}/{{blockId}}": _block(),
    "GET /appointments": _plain("/appointments"),
    "POST /appointments": _book,
    f"GET {_APPOINTMENT}": _of_appointment(),
    f"GET {_APPOINTMENT}/history": _of_appointment("/history"),
    "POST /messages/preview": _plain(
        "/messages/preview", {"kind": "booked", "channel": "email", "locale": "en_US"}
    ),
    f"GET {_APPOINTMENT}/messages": _of_appointment("/messages"),
    f"POST {_APPOINTMENT}/messages/{{messageId}}/resend": _resend,
    "POST /mail/bounces": _report,
    f"POST {_APPOINTMENT}/move": _move,
    f"POST {_APPOINTMENT}/cancel": _of_appointment("/cancel", {}),
    f"POST {_APPOINTMENT}/arrive": _of_appointment("/arrive"),
    f"POST {_APPOINTMENT}/start": _of_appointment("/start", None, "arrive"),
    f"POST {_APPOINTMENT}/complete": _of_appointment("/complete", None, "arrive", "start"),
    f"POST {_APPOINTMENT}/undo": _of_appointment("/undo", None, "arrive"),
    f"POST {_APPOINTMENT}/no-show": _of_appointment("/no-show", past=True),
    f"PUT {_APPOINTMENT}/notes": _of_appointment("/notes", {"notes": "By the window"}),
    "GET /calendar": _calendar,
    "GET /audit-events": _plain("/audit-events"),
    "GET /events": _plain("/events"),
    "POST /customers/export": _plain("/customers/export", {"personalIdentifier": "NobodyKnown1"}),
    "POST /customers/search": _plain("/customers/search", {"text": "Nobody"}),
    "POST /customers/erase": _plain("/customers/erase", {"personalIdentifier": "NobodyKnown1"}),
    "GET /statistics": _statistics,
    "GET /webhooks": _plain("/webhooks"),
    "POST /webhooks": _new_webhook,
    f"GET {_WEBHOOK}": _of_webhook(),
    f"PATCH {_WEBHOOK}": _of_webhook(json={"description": "CRM"}),
    f"DELETE {_WEBHOOK}": _of_webhook(),
    f"GET {_WEBHOOK}/secrets": _of_webhook("/secrets"),
    f"POST {_WEBHOOK}/secrets": _of_webhook("/secrets"),
    f"DELETE {_WEBHOOK}/secrets/{{secretId}}": _delete_webhook_secret,
    f"GET {_DELIVERIES}": _of_webhook("/deliveries"),
    f"GET {_DELIVERIES}/{{deliveryId}}": _of_delivery(),
    f"POST {_DELIVERIES}/{{deliveryId}}/resend": _of_delivery("/resend"),
    f"POST {_WEBHOOK}/replay": _of_webhook("/replay", {"from": "2027-01-01T00:00:00Z"}),
    f"POST {_WEBHOOK}/test": _of_webhook("/test"),
    "GET /feeds": _plain("/feeds"),
    "POST /feeds": _new_feed,
    f"GET {_FEED}": _of_feed(),
    f"DELETE {_FEED}": _of_feed(),
    f"POST {_FEED}/rotate": _of_feed("/rotate"),
    "GET /sandbox/deliveries": _plain("/sandbox/deliveries"),
    "DELETE /sandbox/deliveries": _plain("/sandbox/deliveries"),
}

# What these requests give besides, which the caller must hold: see `test_given_scopes`.
GIVEN: Mapping[str, Sequence[str]] = {
    "POST /users": ROLES["desk"],
    "PATCH /users/{id}": ROLES["planner"],
    "POST /users/{id}/invitation": ROLES["desk"],
}

_UNLIKE = CASES.keys() ^ {name_of(o) for o in ROUTES}
assert not _UNLIKE, f"every admin call needs a good request: {_UNLIKE}"
