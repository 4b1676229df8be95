"""A branch's date overrides, as a collection whose keys are dates. Their ETag is the branch's."""

from collections.abc import Sequence
from typing import Any

from openslot.account_file.entries import entry_of
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.scheduling.catalogue.changes import Outcome
from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.catalogue.collections import (
    ADDRESS,
    BRANCHES,
    check_version,
    outcome_response,
    put_entry,
)
from openslot.web.http.conditional import version_tag
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.paging import PageQuery, cursor_of, next_page, parts_of
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

Override = dict[str, Any]


def page(tx: AccountTx, call: Call) -> Response:
    """A branch's overrides by date, those of the past too."""
    branch = BRANCHES.found(tx, call)
    query: PageQuery = call.query
    (after,) = parts_of(query.cursor, 1) if query.cursor else ("",)
    found = sorted((o for o in _of(branch) if o["date"] > after), key=lambda o: str(o["date"]))
    shown = found[: query.limit]
    headers = {}
    if len(found) > query.limit:
        url = f"{call.settings.public_url}{ADDRESS}/branches/{branch.id}/overrides"
        headers["Link"] = next_page(url, {"limit": str(query.limit)}, cursor_of(shown[-1]["date"]))
    return json_response(shown, headers=headers)


def get(tx: AccountTx, call: Call) -> Response:
    """One date's override."""
    branch = BRANCHES.found(tx, call)
    return json_response(_found(branch, call), headers=_etag(branch))


def create(tx: AccountTx, call: Call) -> Response:
    """Overrides a date that has no override yet."""
    branch = BRANCHES.found(tx, call)
    call.idempotency_key.replay(tx)
    check_version(call, branch)
    override = call.body.model_extra or {}
    outcome = _put(tx, call, branch, [*_of(branch), override], len(_of(branch)))
    if call.dry_run:
        return outcome_response(outcome)
    branch = BRANCHES.found(tx, call)
    made = next(o for o in _of(branch) if o["date"] == override["date"])
    url = f"{call.settings.public_url}{ADDRESS}/branches/{branch.id}/overrides/{made['date']}"
    return json_response(made, 201, {"Location": url, **_etag(branch)})


def change(tx: AccountTx, call: Call) -> Response:
    """Merges a patch into an override (RFC 7396)."""
    branch = BRANCHES.found(tx, call)
    old = _found(branch, call)
    call.idempotency_key.replay(tx)
    check_version(call, branch)
    faults = fixed(call.body, old, "date")
    patched = merged(old, {**call.body, "date": old["date"]})
    position = _of(branch).index(old)
    overrides = [*_of(branch)[:position], patched, *_of(branch)[position + 1 :]]
    try:
        outcome = _put(tx, call, branch, overrides, position)
    except Invalid as refusal:
        raise Invalid(*faults, *refusal.faults) from None
    if faults:
        raise Invalid(*faults)
    return outcome_response(outcome) if call.dry_run else get(tx, call)


def delete(tx: AccountTx, call: Call) -> Response:
    """Gives a date its weekly hours back."""
    branch = BRANCHES.found(tx, call)
    old = _found(branch, call)
    call.idempotency_key.replay(tx)
    check_version(call, branch)
    outcome = _put(tx, call, branch, [o for o in _of(branch) if o != old], 0)
    return outcome_response(outcome) if call.dry_run else no_content()


def _of(branch: CatalogueItem) -> list[Override]:
    overrides: list[Override] = entry_of(branch).get("overrides", [])
    return overrides


def _found(branch: CatalogueItem, call: Call) -> Override:
    for override in _of(branch):
        if override["date"] == call.path["date"]:
            return override
    raise NotFound("There is no override of this date")


def _put(
    tx: AccountTx, call: Call, branch: CatalogueItem, overrides: Sequence[Override], position: int
) -> Outcome:
    """Gives a branch other overrides; faults are told as those of the one at `position`."""
    try:
        return put_entry(tx, call, branch, {**entry_of(branch), "overrides": list(overrides)})
    except Invalid as refusal:
        own = f"/overrides/{position}"
        raise Invalid(
            *(Fault(f.field.removeprefix(own), f.code, f.detail) for f in refusal.faults)
        ) from None


def _etag(branch: CatalogueItem) -> dict[str, str]:
    return {"ETag": version_tag(branch.version)}
