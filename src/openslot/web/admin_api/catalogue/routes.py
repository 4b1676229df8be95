"""The calls about the account and its catalogue."""

from openslot.account_file.checking import InvalidAccountFile
from openslot.account_file.hours import DateOverrideDocument as DateOverride
from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.catalogue.changes import HasAppointments, StillReferenced
from openslot.scheduling.catalogue.zone_changes import ZoneChangeNeedsChoice
from openslot.scheduling.model.errors import VersionMismatch
from openslot.web.admin_api.account import account
from openslot.web.admin_api.catalogue import date_overrides
from openslot.web.admin_api.catalogue.collections import (
    BRANCHES,
    COLLECTIONS,
    Collection,
    EntryRequest,
    ListQuery,
    ZoneQuery,
)
from openslot.web.admin_api.catalogue.entries import AccountFile
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.http.paging import PageQuery
from openslot.web.http.route import Operation

_READ = (ADMIN_READ, ADMIN_WRITE)
_WRITE = (ADMIN_WRITE,)
_LINK = {"Link": "The next page, if there is one (RFC 8288)"}
_ETAG = {"ETag": "The version, for If-Match"}
_MADE = {"Location": "Where it is", **_ETAG}
_PATCH_ERRORS = (NotFound, IdempotencyKeyReused, VersionMismatch, Invalid)


def _of(collection: Collection) -> tuple[Operation, ...]:
    """The five calls of a collection."""
    path = f"/{collection.path}"
    one, what = f"{path}/{{{collection.parameter}}}", collection.kind.replace("-", " ")
    is_branch = collection is BRANCHES
    return (
        Operation(
            "GET", path, collection.page, f"Every {what}", _READ,
            list[collection.item],  # type: ignore[name-defined]
            query=ListQuery, errors=(Invalid,), answer_headers=_LINK, is_conditional=True,
        ),
        Operation(
            "POST", path, collection.create, f"Make a {what}", _WRITE, collection.item, 201,
            EntryRequest, query=WriteQuery, errors=(IdempotencyKeyReused, Invalid),
            answer_headers=_MADE, entry=collection.entry,
        ),
        Operation(
            "GET", one, collection.get, f"One {what}", _READ, collection.item,
            errors=(NotFound,), answer_headers=_ETAG, is_conditional=True,
        ),
        Operation(
            "PATCH", one, collection.change, f"Change a {what}", _WRITE, collection.item, 200,
            EntryRequest, query=ZoneQuery if is_branch else WriteQuery,
            errors=(*_PATCH_ERRORS, *((ZoneChangeNeedsChoice,) if is_branch else ())),
            answer_headers=_ETAG,
        ),
        Operation(
            "DELETE", one, collection.delete, f"Remove a {what}", _WRITE, None, 204,
            query=WriteQuery,
            errors=(*_PATCH_ERRORS, HasAppointments, StillReferenced),
        ),
    )  # fmt: skip


_OVERRIDES = "/branches/{branchId}/overrides"

CATALOGUE_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", "/account", account.get, "The account", _READ, account.AccountAnswer,
        is_conditional=True,
    ),
    Operation(
        "PATCH", "/account", account.change, "Change title, locales or settings", _WRITE,
        account.AccountAnswer, 200, account.AccountRequest, query=WriteQuery,
        errors=(IdempotencyKeyReused, Invalid),
    ),
    Operation(
        "POST", "/apply", account.apply, "Make the account be what an account file says", _WRITE,
        account.AppliedAnswer, 200, account.FileRequest, query=ZoneQuery,
        errors=(InsufficientScope, InvalidAccountFile, ZoneChangeNeedsChoice),
        answer_headers={"Cache-Control": "Secrets are not to be kept"}, shows_secret=True,
        entry=AccountFile,
    ),
    Operation(
        "GET", "/export", account.export, "The account as an account file", _READ, AccountFile,
        is_conditional=True,
    ),
    *(operation for collection in COLLECTIONS for operation in _of(collection)),
    Operation(
        "GET", _OVERRIDES, date_overrides.page, "A branch's overrides", _READ, list[DateOverride],
        query=PageQuery, errors=(NotFound, Invalid), answer_headers=_LINK, is_conditional=True,
    ),
    Operation(
        "POST", _OVERRIDES, date_overrides.create, "Override a date", _WRITE, DateOverride, 201,
        EntryRequest, query=WriteQuery, errors=_PATCH_ERRORS, answer_headers=_MADE,
        entry=DateOverride,
    ),
    Operation(
        "GET", f"{_OVERRIDES}/{{date}}", date_overrides.get, "One date's override", _READ,
        DateOverride, errors=(NotFound,), answer_headers=_ETAG, is_conditional=True,
    ),
    Operation(
        "PATCH", f"{_OVERRIDES}/{{date}}", date_overrides.change, "Change an override", _WRITE,
        DateOverride, 200, EntryRequest, query=WriteQuery, errors=_PATCH_ERRORS,
        answer_headers=_ETAG,
    ),
    Operation(
        "DELETE", f"{_OVERRIDES}/{{date}}", date_overrides.delete, "Remove an override", _WRITE,
        None, 204, query=WriteQuery, errors=_PATCH_ERRORS,
    ),
)  # fmt: skip
