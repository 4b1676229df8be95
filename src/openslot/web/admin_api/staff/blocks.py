"""Blocks of a resource: leave, repair, a meeting."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError, to_json

from openslot.kernel.clock import MINUTES_PER_DAY, Minute, instant_of_minute
from openslot.kernel.errors import Invalid
from openslot.scheduling.block_actions import BLOCKS, BlockContent
from openslot.scheduling.booking.blocks import MOST_DAYS, BookingsInTheWay
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.errors import VersionMismatch
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.collection import Collection
from openslot.web.admin_api.queries import Flag, WriteQuery
from openslot.web.admin_api.representation import Representation
from openslot.web.api.response_model import ApiResponse, Timestamp, Uuid
from openslot.web.api.times import millis_text, minute_text
from openslot.web.http.paging import BY_START, StartPageQuery
from openslot.web.http.request_parsing import Instant, RequestModel, validated
from openslot.web.http.response import etag_of
from openslot.web.http.route import Call


def _later(end: Minute, info: ValidationInfo) -> Minute:
    start = info.data.get("startTime")
    if start is not None and end <= start:
        raise PydanticCustomError("invalid_value", "must be later than startTime")
    if start is not None and end - start > MOST_DAYS * MINUTES_PER_DAY:
        raise PydanticCustomError("out_of_range", f"must be within {MOST_DAYS} days")
    return end


def _not_reversed(to: Minute | None, info: ValidationInfo) -> Minute | None:
    from_ = info.data.get("from_")
    if from_ is not None and to is not None and from_ > to:
        raise PydanticCustomError("invalid_value", "must be no earlier than from")
    return to


Reason = Annotated[str, Field(max_length=255)]


class BlockRequest(RequestModel):
    """The time to take from the resource, 366 days at most."""

    startTime: Instant
    endTime: Annotated[Instant, AfterValidator(_later)]
    reason: Reason | None = None


class BlocksQuery(StartPageQuery):
    """Which blocks: those that touch the time from `from` to `to`."""

    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Annotated[Instant | None, AfterValidator(_not_reversed)] = None

    def repeated(self) -> dict[str, str]:
        """The limits of the range as they were understood: the same page for every caller."""
        given = {"from": self.from_, "to": self.to}
        limits = {name: _utc(minute) for name, minute in given.items() if minute is not None}
        return limits | super().repeated()


class BlockQuery(WriteQuery):
    """`force=true` blocks over appointments and reservations too."""

    force: Flag = False


class ResourceBlock(ApiResponse):
    """Time taken from a resource."""

    id: Uuid
    resourceId: Uuid
    startTime: Timestamp
    endTime: Timestamp
    reason: Reason | None
    createdAt: Timestamp


def _show(tx: AccountTx, block: Block) -> dict[str, Any]:
    zone = current_catalogue(tx).branches[block.branch_id].zone
    return ResourceBlock(
        id=block.id,
        resourceId=block.resource_id,
        startTime=minute_text(block.start, zone),
        endTime=minute_text(block.end, zone),
        reason=block.reason,
        createdAt=millis_text(block.created_at, zone),
    ).model_dump()


def _entry(tx: AccountTx, block: Block) -> dict[str, Any]:
    shown = _show(tx, block)
    return {name: shown[name] for name in BlockRequest.model_fields}


def _content(body: Any) -> BlockContent:
    return BlockContent(body.startTime, body.endTime, body.reason)


def _changed(_: AccountTx, __: Call, ___: Block, entry: Mapping[str, Any]) -> BlockContent:
    return _content(validated(BlockRequest, entry))


def _utc(minute: Minute) -> str:
    return instant_of_minute(minute).isoformat()


COLLECTION: Collection[Block] = Collection(
    actions=BLOCKS,
    noun="a block",
    path="/resources/{resourceId}/blocks",
    owner="resourceId",
    parameter="blockId",
    representation=Representation(
        model=ResourceBlock,
        request=BlockRequest,
        show=_show,
        id_of=lambda block: block.id,
        etag=lambda tx, block: etag_of(to_json(_show(tx, block))),
        cursor=lambda block: BY_START.write(block.start, block.id),
        fixed=("id", "resourceId", "createdAt"),
        entry=_entry,
        new=lambda _tx, call, _owner: _content(call.body),
        changed=_changed,
    ),
    version_mismatch=VersionMismatch,
    list_query=BlocksQuery,
    create_query=BlockQuery,
    change_query=BlockQuery,
    create_errors=(Invalid, BookingsInTheWay),
    change_errors=(Invalid, BookingsInTheWay),
    is_conditional_list=False,
    descriptions={
        "LIST": "Of one resource, by start.",
        "POST": "Takes time from a resource.",
        "PATCH": "Merges a patch into it (RFC 7396).",
        "DELETE": "Gives the time back.",
    },
)
