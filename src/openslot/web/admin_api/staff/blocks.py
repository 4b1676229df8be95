"""Blocks of a resource: leave, repair, a meeting."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from openslot.kernel.clock import instant_of_minute
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.booking import blocks
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.errors import VersionMismatch
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.places import PlaceQuery, place_of
from openslot.web.admin_api.queries import Flag, WriteQuery
from openslot.web.admin_api.responses import Answer, Change, Outcome
from openslot.web.api.response_model import Timestamp, Uuid
from openslot.web.api.times import millis_text, minute_text
from openslot.web.http.conditional import matches
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.paging import cursor_of, next_page
from openslot.web.http.request_parsing import Instant, RequestModel, validated
from openslot.web.http.response import Response, etag_of, json_response, no_content
from openslot.web.http.route import Call

Reason = Annotated[str, Field(max_length=255)]
_FIXED = ("id", "resourceId", "createdAt")


class BlockRequest(RequestModel):
    """The time to take from the resource, 366 days at most."""

    startTime: Instant
    endTime: Instant
    reason: Reason | None = None


class BlocksQuery(PlaceQuery):
    """Which blocks: those that touch the time from `from` to `to`."""

    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Instant | None = None


class BlockQuery(WriteQuery):
    """`force=true` blocks over appointments and reservations too."""

    force: Flag = False


class ResourceBlock(Answer):
    """Time taken from a resource."""

    id: Uuid
    resourceId: Uuid
    startTime: Timestamp
    endTime: Timestamp
    reason: Reason | None
    createdAt: Timestamp


def list_blocks(tx: AccountTx, call: Call) -> Response:
    """A resource's blocks, by start."""
    query: Any = call.query
    if query.from_ is not None and query.to is not None and query.from_ > query.to:
        raise Invalid(Fault("/to", "invalid_value", "has to be no earlier than from"))
    resource_id = call.path_id("resourceId")
    place = place_of(query.cursor)
    found = blocks.listed(tx, resource_id, query.from_, query.to, place, query.limit + 1)
    page = found[: query.limit]
    headers = {}
    if len(found) > len(page):
        # The limits of the range as they were understood: the same page whoever asks.
        given = {"from": query.from_, "to": query.to}
        parameters = {name: _utc(minute) for name, minute in given.items() if minute is not None}
        url = f"{call.settings.public_url}/admin/v1/resources/{resource_id}/blocks"
        cursor = cursor_of(page[-1].start, page[-1].id)
        headers["Link"] = next_page(url, {**parameters, "limit": str(query.limit)}, cursor)
    return json_response([_answer(tx, block) for block in page], headers=headers)


def get_block(tx: AccountTx, call: Call) -> Response:
    """One block."""
    return _response(tx, blocks.get(tx, call.path_id("resourceId"), call.path_id("blockId")))


def add_block(tx: AccountTx, call: Call) -> Response:
    """Takes time from a resource."""
    body: Any = call.body
    resource_id = call.path_id("resourceId")
    made, stranded = blocks.block(
        tx,
        call.actor,
        resource_id,
        body.startTime,
        body.endTime,
        body.reason,
        call.idempotency_key,
        force=call.query.force or call.dry_run,
    )
    if call.dry_run:
        return _outcome(tx, made, "created", stranded)
    location = f"{call.settings.public_url}/admin/v1/resources/{resource_id}/blocks/{made.id}"
    return _response(tx, made, 201, {"Location": location})


def change_block(tx: AccountTx, call: Call) -> Response:
    """Merges a patch into a block (RFC 7396)."""
    block = _unchanged(tx, call)
    shown = _answer(tx, block).model_dump()
    faults = fixed(call.body, shown, *_FIXED)
    patch = {name: value for name, value in call.body.items() if name not in _FIXED}
    changeable = {name: shown[name] for name in BlockRequest.model_fields}
    body: Any = None
    try:
        body = validated(BlockRequest, merged(changeable, patch))
    except Invalid as refusal:
        faults += refusal.faults
    if faults:
        raise Invalid(*faults)
    changed, stranded = blocks.change(
        tx,
        call.actor,
        block,
        body.startTime,
        body.endTime,
        body.reason,
        force=call.query.force or call.dry_run,
    )
    if call.dry_run:
        return _outcome(tx, block, "changed" if changed != block else None, stranded)
    return _response(tx, changed)


def delete_block(tx: AccountTx, call: Call) -> Response:
    """Gives the time back."""
    gone = _unchanged(tx, call)
    blocks.unblock(tx, call.actor, gone.resource_id, gone.id, call.idempotency_key)
    return _outcome(tx, gone, "deleted", []) if call.dry_run else no_content()


def _unchanged(tx: AccountTx, call: Call) -> Block:
    """The block that the path names, as the caller knows it.

    Raises:
        NotFound: there is none.
        VersionMismatch: `If-Match` names another state of it.
    """
    found = blocks.get(tx, call.path_id("resourceId"), call.path_id("blockId"))
    call.idempotency_key.replay(tx)
    if not matches(call.headers, _response(tx, found).headers["ETag"]):
        raise VersionMismatch("The block has changed meanwhile; read it again")
    return found


def _response(
    tx: AccountTx, block: Block, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """A block, under an ETag that stands for what is said of it."""
    response = json_response(_answer(tx, block), status, headers)
    return replace(response, headers={**response.headers, "ETag": etag_of(response.body)})


def _outcome(tx: AccountTx, block: Block, action: str | None, stranded: list[str]) -> Response:
    """A block has no key of its own; its resource's says where it is."""
    key = current_catalogue(tx).resources[block.resource_id].key
    changes = [Change(kind="block", key=key, action=action)] if action else []
    return json_response(Outcome(changes=changes, stranded=stranded))


def _answer(tx: AccountTx, block: Block) -> ResourceBlock:
    zone = current_catalogue(tx).branches[block.branch_id].zone
    return ResourceBlock(
        id=block.id,
        resourceId=block.resource_id,
        startTime=minute_text(block.start, zone),
        endTime=minute_text(block.end, zone),
        reason=block.reason,
        createdAt=millis_text(block.created_at, zone),
    )


def _utc(minute: int) -> str:
    return instant_of_minute(minute).isoformat()
