"""What a write did, or with `dryRun=true` would do."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from openslot.kernel import changes as domain
from openslot.web.http.response import Response, json_response


class Change(BaseModel):
    """One thing that was changed, or would be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    key: str
    action: str  # created, changed, deactivated, activated, deleted


class Outcome(BaseModel):
    """What a change did, or with `dryRun=true` would do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    changes: list[Change]
    stranded: list[str]  # ids of appointments that no longer fit; they are kept, and marked


def changes_of(changes: Iterable[domain.Change]) -> list[Change]:
    """Changes as the API shows them."""
    return [Change(kind=c.kind, key=c.key, action=c.action) for c in changes]


def outcome_response(
    changes: Iterable[domain.Change], without_place: Sequence[str] = ()
) -> Response:
    """What a dry run says: changes, and ids of the appointments that would no longer fit."""
    return json_response(Outcome(changes=changes_of(changes), stranded=list(without_place)))
