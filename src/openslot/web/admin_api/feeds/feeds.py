"""Feeds: each a collection's item whose address is shown once."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.feeds.actions import FEEDS
from openslot.scheduling.model.feeds.feed import SERVICE, Feed, FeedChanged, FeedContent
from openslot.storage.collection import Written
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.collection import Collection
from openslot.web.admin_api.representation import Representation
from openslot.web.api.locale_choice import locale_choice
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import optional_instant
from openslot.web.http.conditional import version_tag
from openslot.web.http.paging import BY_ID
from openslot.web.http.request_parsing import Id, RequestModel
from openslot.web.http.response import Response, json_response
from openslot.web.http.route import Call

Detail = Literal["service", "full"]


def _one_of_both(resource: str | None, info: ValidationInfo) -> str | None:
    """A fault of `branch` has been told already."""
    if "branch" not in info.data:
        return resource
    if resource is None and info.data["branch"] is None:
        raise PydanticCustomError("required", "names the resource; or name a branch")
    if resource is not None and info.data["branch"] is not None:
        raise PydanticCustomError("invalid_value", "cannot stand beside branch")
    return resource


class FeedRequest(RequestModel):
    """A feed of a branch or of a resource; with `full` it shows who comes."""

    branch: Id | None = None
    resource: Annotated[Id | None, Field(validate_default=True), AfterValidator(_one_of_both)] = (
        None
    )
    detail: Detail = SERVICE
    language: Annotated[str, Field(min_length=1, max_length=35)] | None = None


class FeedItem(ApiResponse):
    """A feed, without its address."""

    id: Uuid
    branch: Uuid | None
    resource: Uuid | None
    detail: Detail
    language: str  # the locale of its texts
    createdAt: Timestamp
    lastReadAt: Timestamp | None  # up to a minute late


class MadeFeed(FeedItem):
    """A feed with its new address, which is never shown again."""

    url: str


def respond_rotated(tx: AccountTx, call: Call, written: Written[Feed]) -> Response:
    """The feed with its new address, this once."""
    if call.dry_run:
        return outcome_response(written.changes)
    feed = written.item
    headers = {"ETag": version_tag(feed.version), "Cache-Control": "no-store"}
    shown = {**_show(tx, feed), "url": _url(call, written.shown_once["token"])}
    return json_response(shown, headers=headers)


def _show(_: AccountTx, feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "branch": feed.content.branch_id,
        "resource": feed.content.resource_id,
        "detail": feed.content.detail,
        "language": feed.content.language,
        "createdAt": optional_instant(feed.created_at),
        "lastReadAt": optional_instant(feed.last_read_at),
    }


def _new(tx: AccountTx, call: Call, _owner: None) -> FeedContent:
    body: FeedRequest = call.body
    language = locale_choice(body.language)(tx.account.content["locales"])
    return FeedContent(body.branch, body.resource, body.detail, language)


def _url(call: Call, token: str) -> str:
    return f"{call.settings.public_url}/feeds/{token}.ics"


COLLECTION: Collection[Feed] = Collection(
    actions=FEEDS,
    noun="a feed",
    path="/feeds",
    parameter="id",
    representation=Representation(
        model=FeedItem,
        created=MadeFeed,
        request=FeedRequest,
        show=_show,
        id_of=lambda feed: feed.id,
        etag=lambda _, feed: version_tag(feed.version),
        cursor=lambda feed: BY_ID.write(feed.id),
        entry=lambda _, __: {},
        new=_new,
        changed=lambda _tx, _call, feed, _entry: feed.content,
        shown_once=lambda _, call, shown: {"url": _url(call, shown["token"])},
    ),
    version_mismatch=FeedChanged,
    create_errors=(Invalid, InsufficientScope, NotFound),
    # The version is that of the address; reading a feed changes the response alone.
    is_conditional_item=False,
    is_conditional_list=False,
    descriptions={
        "LIST": "In the order in which they were created.",
        "POST": "Of a branch or of a resource. The address is shown in this response alone;"
        " whoever has it can read the feed. One that shows who comes (`detail: full`) needs the"
        " scope for people's data too.",
        "GET": "Without its address.",
        "DELETE": "Its address is dead at once.",
    },
)
