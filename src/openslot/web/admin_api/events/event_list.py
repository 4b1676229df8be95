"""The list of events, a page at a time."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError, to_json

from openslot.delivery.event_payload import event_payload
from openslot.kernel.clock import instant_text
from openslot.kernel.ids import is_id
from openslot.kernel.page import Page
from openslot.scheduling.event_actions import EventListing
from openslot.scheduling.model.events import TYPES
from openslot.storage.journal.events import Event
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.queries import Moment
from openslot.web.http.paging import Limit, link_header
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import JSON, Response
from openslot.web.http.route import Call

PATH = "/events"


def _id(text: str) -> str:
    if not is_id(text):
        raise PydanticCustomError("invalid_value", "must be the id of an event or appointment")
    return text.lower()


def _types(text: str) -> str:
    for name in text.split(","):
        if name not in TYPES:
            detail = "holds an unknown type; the types are " + ", ".join(TYPES)
            raise PydanticCustomError("invalid_value", detail)
    return text


Id = Annotated[str, Field(max_length=36), AfterValidator(_id)]


class EventsQuery(RequestModel):
    """Which events. The list is in the order of commits, the oldest first."""

    after: Id | None = Field(None, description="The event after which the page begins")
    type: Annotated[str, Field(max_length=400), AfterValidator(_types)] | None = Field(
        None, description="One type, or several with commas between them"
    )
    appointment: Id | None = None
    from_: Annotated[Moment | None, Field(alias="from")] = None
    limit: Limit = 50


def read_listing(call: Call) -> EventListing:
    """Which events."""
    query: EventsQuery = call.query
    return EventListing(
        after_id=query.after,
        types=tuple(query.type.split(",")) if query.type else (),
        booking_id=query.appointment or "",
        since=query.from_ or 0,
        limit=query.limit,
    )


def respond_page(tx: AccountTx, call: Call, page: Page[Event]) -> Response:
    """A page of them."""
    body = to_json([event_payload(e, tx.account.name, call.calendar_uids) for e in page.items])
    link = link_header(page, url_of(call, PATH), _repeated(call.query), lambda e: e.id, "after")
    return Response(200, body, {"Content-Type": JSON, "Cache-Control": "no-store", **link})


def _repeated(query: EventsQuery) -> dict[str, str]:
    """The parameters of the next page."""
    given = {
        "type": query.type,
        "appointment": query.appointment,
        "from": None if query.from_ is None else instant_text(query.from_),
    }
    stated = {name: value for name, value in given.items() if value is not None}
    return {"limit": str(query.limit), **stated}
