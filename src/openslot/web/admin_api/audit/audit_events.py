"""The audit trail: who did what to the account and its clients, and who was refused."""

from collections.abc import Generator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from openslot.kernel.clock import instant_text
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.page import Page
from openslot.storage.journal.actions import AuditListing
from openslot.storage.journal.audit import UNTIL_WHENEVER, AuditEntry, AuditFilter
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.audit.accepted_formats import preferred
from openslot.web.admin_api.queries import Moment
from openslot.web.api.audit_formats import FORMATS, shown_as
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.paging import CursorForm, link_header, number_part, whole_number
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import Response
from openslot.web.http.route import Call

PATH = "/audit-events"
_MOST = {"json": 200, "csv": 1000, "jsonl": 1000}
_EVENTS_PER_SLICE = 20
_NO_ONE = "~"  # comes after every id


_BY_INSTANT = CursorForm((number_part, str))


class AuditQuery(RequestModel):
    """Which events, and how they are written."""

    limit: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole_number)] | None = Field(
        None, description="50 by default and 200 at most; of csv and jsonl 1000"
    )
    cursor: Annotated[str, Field(max_length=200), AfterValidator(_BY_INSTANT.checked)] | None = None
    type: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="Such as client.created, secret.rotated or token.refused"
    )
    client: Annotated[str, Field(pattern="^[a-z0-9]{26}$")] | None = Field(
        None, description="The clientId of the client that it is about"
    )
    user: Id | None = Field(
        None, description="The id of a user: what that user did, and what was done to that user"
    )
    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None
    format: Literal["json", "csv", "jsonl"] | None = Field(
        None, description="Goes before the Accept header"
    )


class AuditActor(ApiResponse):
    """Who did it."""

    type: str  # client, user or operator
    id: str


class AuditActorWithKey(AuditActor):
    """A client that showed an API key."""

    apiKeyId: str


class AuditEvent(ApiResponse):
    """One line of the trail."""

    id: str
    type: str
    at: str
    actor: AuditActorWithKey | AuditActor | None  # null: nobody was recognised
    client: str | None
    secretId: str | None
    address: str | None
    requestId: str | None
    detail: dict[str, Any]


def read_listing(call: Call) -> AuditListing:
    """Which events. Raises Invalid."""
    query: AuditQuery = call.query
    form, limit = _form_of(call), _limit_of(call)
    faults = []
    if limit > _MOST[form]:
        faults.append(Fault("/limit", "out_of_range", f"must be {_MOST[form]} or less"))
    if query.from_ is not None and query.to is not None and query.from_ > query.to:
        faults.append(Fault("/to", "invalid_value", "must be no earlier than from"))
    if faults:
        raise Invalid(*faults)
    return AuditListing(_filter(query), limit)


def respond_page(
    _: AccountTx, call: Call, page: Page[AuditEntry]
) -> Generator[None, None, Response]:
    """Events as JSON, CSV or JSON lines, written in slices."""
    form = FORMATS[_form_of(call)]
    lines: list[str] = []
    for start in range(0, len(page.items), _EVENTS_PER_SLICE):
        lines += [form.line(shown_as(e)) for e in page.items[start : start + _EVENTS_PER_SLICE]]
        yield
    link = link_header(page, url_of(call, PATH), _repeated(call), _cursor_of)
    headers = {"Cache-Control": "no-store", "Vary": "Accept", **link}
    body = form.whole(lines).encode()
    return Response(200, body, {"Content-Type": form.media_type, **form.headers, **headers})


def _form_of(call: Call) -> str:
    return call.query.format or preferred(call.headers.get("accept", ""))


def _limit_of(call: Call) -> int:
    limit: int | None = call.query.limit
    return min(50, _MOST[_form_of(call)]) if limit is None else limit


def _cursor_of(event: AuditEntry) -> str:
    return _BY_INSTANT.write(event.at, event.id)


def _filter(query: AuditQuery) -> AuditFilter:
    at, event_id = (UNTIL_WHENEVER, _NO_ONE)
    if query.cursor:
        at, event_id = _BY_INSTANT.read(query.cursor)
    return AuditFilter(
        type=query.type,
        client=query.client,
        user=query.user,
        from_at=0 if query.from_ is None else query.from_,
        to_at=UNTIL_WHENEVER if query.to is None else query.to,
        before_at=at,
        before_id=event_id,
    )


def _repeated(call: Call) -> dict[str, str]:
    """The parameters of the next page, which is written like this one."""
    query: AuditQuery = call.query
    instants = {
        name: instant_text(at)
        for name, at in (("from", query.from_), ("to", query.to))
        if at is not None
    }
    texts = {
        name: value
        for name, value in (("type", query.type), ("client", query.client), ("user", query.user))
        if value is not None
    }
    return {"limit": str(_limit_of(call)), "format": _form_of(call), **texts, **instants}
