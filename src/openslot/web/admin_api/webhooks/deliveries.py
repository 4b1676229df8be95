"""What was sent to a webhook: seen, sent again, replayed, tried out."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from openslot.delivery.actions import DeliveryListing, DeliveryPlace, ReplayRequest
from openslot.delivery.model.webhook import TEST
from openslot.delivery.model.webhook_delivery import DeliveryFilter, WebhookDelivery
from openslot.delivery.webhooks.replaying import Stretch
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.kernel.changes import Change
from openslot.kernel.clock import instant_text
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.page import Page
from openslot.scheduling.model.events import TYPES
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.events.event_list import Id
from openslot.web.admin_api.queries import Moment
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import optional_instant
from openslot.web.http.paging import BY_ID, PageQuery, link_header
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

PATH = "/webhooks/{id}/deliveries"
_NOT_STORED = {"Cache-Control": "no-store"}

Status = Literal["queued", "delivered", "failed", "dropped"]
Error = Literal[
    "timeout", "connection", "dns", "tls", "status", "address_not_allowed", "https_required"
]


def _type(text: str) -> str:
    if text not in (*TYPES, TEST):
        detail = "is an unknown type; the types are " + ", ".join((*TYPES, TEST))
        raise PydanticCustomError("invalid_value", detail)
    return text


class DeliveriesQuery(PageQuery):
    """Which deliveries of a webhook, the newest first."""

    status: Status | None = None
    type: Annotated[str, Field(max_length=50), AfterValidator(_type)] | None = None
    appointment: Id | None = None

    def repeated(self) -> dict[str, str]:
        """The parameters of the next page."""
        given = {"status": self.status, "type": self.type, "appointment": self.appointment}
        return {**super().repeated(), **{name: text for name, text in given.items() if text}}


class ReplayBody(RequestModel):
    """Which events to send: those of a time, by default without what was answered with 2xx."""

    from_: Annotated[Moment, Field(alias="from")]
    to: Moment | None = None
    all: bool = False


class DeliveryAttempt(ApiResponse):
    """One attempt. Without an answer `status` is null, and `error` says why."""

    at: Timestamp
    status: int | None
    error: Error | None
    milliseconds: Annotated[int, Field(ge=0)]
    body: str | None  # the first 1024 characters of the answer


class DeliveryItem(ApiResponse):
    """An event on its way to a webhook."""

    id: Uuid
    eventId: Uuid
    type: str
    appointmentId: Uuid | None  # null: of a test
    status: Status
    attempts: list[DeliveryAttempt]
    nextAttemptAt: Timestamp | None
    createdAt: Timestamp


class DeliveryRequest(ApiResponse):
    """What the last attempt has sent; before the first one, what it will send."""

    headers: dict[str, str]
    body: str


class WholeDelivery(DeliveryItem):
    """A delivery with its request."""

    request: DeliveryRequest


class ReplayAnswer(ApiResponse):
    """How many events are on their way."""

    events: Annotated[int, Field(ge=0)]


def read_listing(call: Call) -> DeliveryListing:
    """Which deliveries."""
    query: DeliveriesQuery = call.query
    wanted = DeliveryFilter(
        query.status or "", query.type or "", query.appointment or "", query.after
    )
    return DeliveryListing(call.path_id("id"), wanted, query.limit)


def respond_page(_: AccountTx, call: Call, page: Page[WebhookDelivery]) -> Response:
    """A page of them."""
    link = link_header(
        page, url_of(call, PATH), call.query.repeated(), lambda one: BY_ID.write(one.id)
    )
    return json_response([_show(one) for one in page.items], headers={**_NOT_STORED, **link})


def read_place(call: Call) -> DeliveryPlace:
    """One delivery, or the webhook itself."""
    return DeliveryPlace(
        call.path_id("id"),
        call.path_id("deliveryId") if "deliveryId" in call.path else "",
        sealing_key(call.purpose_keys),
        call.idempotency_key.replay,
    )


def respond_delivery(_: AccountTx, __: Call, delivery: WebhookDelivery) -> Response:
    """The whole of it."""
    request = {"headers": delivery.headers or {}, "body": delivery.body}
    return json_response({**_show(delivery), "request": request}, headers=_NOT_STORED)


def respond_queued(_: AccountTx, call: Call, delivery: WebhookDelivery) -> Response:
    """It is on its way."""
    if call.dry_run:
        return outcome_response([Change("delivery", delivery.event_id, "queued")])
    return json_response(_show(delivery), 202, _NOT_STORED)


def read_replay(call: Call) -> ReplayRequest:
    """Which events to send again."""
    body: ReplayBody = call.body

    def stretch() -> Stretch:
        if body.to is not None and body.to <= body.from_:
            raise Invalid(Fault("/to", "out_of_range", "`to` must be after `from`"))
        return Stretch(body.from_, body.to, body.all)

    return ReplayRequest(
        call.path_id("id"),
        stretch,
        call.calendar_uids,
        sealing_key(call.purpose_keys),
        call.idempotency_key.replay,
    )


def respond_replayed(_: AccountTx, call: Call, count: int) -> Response:
    """How many."""
    if call.dry_run:
        changes = [Change("delivery", f"{count} events", "queued")] if count else []
        return outcome_response(changes)
    return json_response({"events": count}, 202, _NOT_STORED)


def _show(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "eventId": delivery.event_id,
        "type": delivery.type,
        "appointmentId": delivery.booking_id or None,
        "status": delivery.status,
        "attempts": list(delivery.attempts),
        "nextAttemptAt": optional_instant(delivery.due_at),
        "createdAt": instant_text(delivery.created_at),
    }
