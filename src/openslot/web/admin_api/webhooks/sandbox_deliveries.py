"""What would have left a sandbox account, for integrators to look at."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from openslot.delivery.model.sandbox_delivery import SandboxDelivery, SandboxFilter
from openslot.kernel.changes import Change
from openslot.kernel.clock import instant_text
from openslot.kernel.page import Page
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.events.event_list import Id
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.http.paging import CursorForm, Limit, link_header, number_part
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

PATH = "/sandbox/deliveries"
_BY_PLACE = CursorForm((number_part,))
# What a channel may have; a message or a request has null where there is no such thing.
_PARTS = ("to", "subject", "text", "html", "calendar", "headers", "payload", "webhook")

Channel = Literal["email", "sms", "webhook"]


class SandboxDeliveriesQuery(RequestModel):
    """Which of them, in the order of leaving."""

    appointment: Id | None = None
    channel: Channel | None = None
    kind: Annotated[str, Field(max_length=50)] | None = None
    limit: Limit = 50
    cursor: Annotated[str, Field(max_length=400), AfterValidator(_BY_PLACE.checked)] | None = None


class SandboxDeliveryItem(ApiResponse):
    """A message or a request that would have left."""

    id: Uuid  # the message's, or the event's
    kind: str
    channel: Channel
    at: Timestamp
    appointmentId: Uuid | None
    to: str
    subject: str | None
    text: str | None
    html: str | None
    calendar: str | None
    headers: dict[str, str] | None
    payload: str | None
    webhook: Uuid | None


def read_filter(call: Call) -> SandboxFilter:
    """Which of them."""
    query: SandboxDeliveriesQuery = call.query
    after = _BY_PLACE.read(query.cursor)[0] if query.cursor else 0
    return SandboxFilter(
        after, query.limit, query.appointment or "", query.channel or "", query.kind or ""
    )


def respond_page(_: AccountTx, call: Call, page: Page[SandboxDelivery]) -> Response:
    """A page of them."""
    query: SandboxDeliveriesQuery = call.query
    given = {"appointment": query.appointment, "channel": query.channel, "kind": query.kind}
    repeated = {"limit": str(query.limit), **{n: text for n, text in given.items() if text}}
    link = link_header(page, url_of(call, PATH), repeated, lambda one: _BY_PLACE.write(one.place))
    headers = {"Cache-Control": "no-store", **link}
    return json_response([_show(one) for one in page.items], headers=headers)


def respond_cleared(_: AccountTx, call: Call, __: None) -> Response:
    """The list is empty."""
    if call.dry_run:
        return outcome_response([Change("delivery", "all", "deleted")])
    return no_content()


def _show(one: SandboxDelivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "channel": one.channel,
        "at": instant_text(one.at),
        "appointmentId": one.booking_id or None,
        **{part: one.content.get(part) for part in _PARTS},
    }
