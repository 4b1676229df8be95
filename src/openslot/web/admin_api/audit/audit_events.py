"""The audit trail: who did what to the account and its clients, and who was refused."""

from collections.abc import Generator, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from openslot.kernel.clock import instant_text
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.page import read_page
from openslot.storage.journal import audit
from openslot.storage.journal.audit import UNTIL_WHENEVER, AuditEntry, AuditFilter
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api import responses
from openslot.web.admin_api.audit import formats
from openslot.web.admin_api.queries import Moment
from openslot.web.http.paging import CursorForm, link_header, number_part, whole_number
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response
from openslot.web.http.route import Call

ADDRESS = "/admin/v1/audit-events"
_MOST = {"json": 200, "csv": 1000, "jsonl": 1000}
_EVENTS_A_SLICE = 20
_NO_ONE = "~"  # comes after every id


_BY_INSTANT = CursorForm((number_part, str))


class AuditQuery(RequestModel):
    """Which events, and how they are written."""

    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole_number)] | None = Field(
        None, description="50 by default and 200 at most; of csv and jsonl 1000"
    )
    cursor: Annotated[str, Field(max_length=200), _BY_INSTANT.validator] | None = None
    type: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="Such as client.created, secret.rotated or token.refused"
    )
    client: Annotated[str, Field(pattern="^[a-z0-9]{26}$")] | None = Field(
        None, description="The clientId of the client that it is about"
    )
    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None
    format: Literal["json", "csv", "jsonl"] | None = Field(
        None, description="Goes before the Accept header"
    )


class AuditActor(responses.Answer):
    """Who did it."""

    type: str  # client, user or operator
    id: str


class AuditEvent(responses.Answer):
    """One line of the trail."""

    id: str
    type: str
    at: str
    actor: AuditActor | None  # null: nobody was recognised
    client: str | None
    secretId: str | None
    address: str | None
    requestId: str | None
    detail: dict[str, Any]


def page(tx: AccountTx, call: Call) -> Generator[None, None, Response]:
    """Events, the newest first, as JSON, CSV or JSON lines."""
    query: AuditQuery = call.query
    written = query.format or formats.asked_for(call.headers.get("accept", ""))
    limit = min(50, _MOST[written]) if query.limit is None else query.limit
    _check(query, limit, _MOST[written])
    page = read_page(limit, partial(audit.events, tx, _question(query)))
    url = call.settings.public_url + ADDRESS
    link = link_header(page, url, _asked(query, written, limit), _cursor_of)
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **link}
    return _written(page.items, written, headers)


def _cursor_of(event: AuditEntry) -> str:
    return _BY_INSTANT.write(event.at, event.id)


def _check(query: AuditQuery, limit: int, most: int) -> None:
    faults = []
    if limit > most:
        faults.append(Fault("/limit", "out_of_range", f"has to be {most} or less"))
    if query.from_ is not None and query.to is not None and query.from_ > query.to:
        faults.append(Fault("/to", "invalid_value", "has to be no earlier than from"))
    if faults:
        raise Invalid(*faults)


def _question(query: AuditQuery) -> AuditFilter:
    at, event_id = (UNTIL_WHENEVER, _NO_ONE)
    if query.cursor:
        at, event_id = _BY_INSTANT.read(query.cursor)
    return AuditFilter(
        type=query.type,
        client=query.client,
        from_at=0 if query.from_ is None else query.from_,
        to_at=UNTIL_WHENEVER if query.to is None else query.to,
        before_at=at,
        before_id=event_id,
    )


def _asked(query: AuditQuery, written: str, limit: int) -> dict[str, str]:
    """The parameters of the next page, which is written as this one."""
    instants = {
        name: instant_text(at)
        for name, at in (("from", query.from_), ("to", query.to))
        if at is not None
    }
    texts = {
        name: value
        for name, value in (("type", query.type), ("client", query.client))
        if value is not None
    }
    return {"limit": str(limit), "format": written, **texts, **instants}


def _written(
    found: Sequence[AuditEntry], written: str, headers: dict[str, str]
) -> Generator[None, None, Response]:
    """The answer, made in slices."""
    form = formats.FORMATS[written]
    lines: list[str] = []
    for start in range(0, len(found), _EVENTS_A_SLICE):
        lines += [form.line(shown_as(e)) for e in found[start : start + _EVENTS_A_SLICE]]
        yield
    body = form.whole(lines).encode()
    return Response(200, body, {"Content-Type": form.media_type, **form.headers, **headers})


def shown_as(event: AuditEntry) -> dict[str, Any]:
    """An event as it is answered."""
    actor = None
    if event.actor_type is not None:
        actor = {"type": event.actor_type, "id": event.actor_id}
    return {
        "id": event.id,
        "type": event.type,
        "at": instant_text(event.at),
        "actor": actor,
        "client": event.client,
        "secretId": event.secret_id,
        "address": event.address,
        "requestId": event.request_id,
        "detail": event.detail,
    }
