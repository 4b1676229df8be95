"""What a write did, or with `dryRun=true` would do."""

from collections.abc import Iterable, Sequence

from openslot.kernel.changes import Change
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.response import Response, json_response


class ChangeResponse(ApiResponse):
    """One thing that was changed, or would be."""

    kind: str
    key: str
    action: str  # created, changed, deactivated, activated, deleted, queued


class OutcomeResponse(ApiResponse):
    """What a change did, or with `dryRun=true` would do."""

    changes: list[ChangeResponse]
    stranded: list[str]  # ids of appointments that no longer fit; they stay, and are marked


def changes_of(changes: Iterable[Change]) -> list[ChangeResponse]:
    """Changes as the API shows them."""
    return [ChangeResponse(kind=c.kind, key=c.key, action=c.action) for c in changes]


def outcome_response(changes: Iterable[Change], without_place: Sequence[str] = ()) -> Response:
    """What a dry run says: changes, and ids of the appointments that would no longer fit."""
    return json_response(OutcomeResponse(changes=changes_of(changes), stranded=list(without_place)))
