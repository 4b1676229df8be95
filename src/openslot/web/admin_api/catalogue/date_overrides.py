"""A branch's date overrides. Their ETag is the branch's."""

from collections.abc import Mapping
from typing import Any

from openslot.account_file.date_overrides import (
    DATE_OVERRIDES,
    BranchOverride,
    OverrideContent,
    changed_override,
    new_override,
)
from openslot.account_file.hours import DateOverrideDocument
from openslot.kernel.errors import Invalid
from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.scheduling.model.errors import VersionMismatch
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.catalogue.kinds import EntryRequest
from openslot.web.admin_api.collection import Collection
from openslot.web.admin_api.representation import Representation
from openslot.web.http.conditional import version_tag
from openslot.web.http.paging import BY_ID
from openslot.web.http.route import Call


def _new(tx: AccountTx, call: Call, branch: CatalogueItem) -> OverrideContent:
    return new_override(tx, branch, call.body.model_extra or {})


def _changed(
    tx: AccountTx, _: Call, item: BranchOverride, entry: Mapping[str, Any]
) -> OverrideContent:
    return changed_override(tx, item, entry)


OVERRIDES: Collection[BranchOverride] = Collection(
    actions=DATE_OVERRIDES,
    noun="an override",
    path="/branches/{branchId}/overrides",
    owner="branchId",
    parameter="date",
    representation=Representation(
        model=DateOverrideDocument,
        request=EntryRequest,
        described_by=DateOverrideDocument,
        show=lambda _, item: item.entry,
        id_of=lambda item: str(item.entry["date"]),
        etag=lambda _, item: version_tag(item.branch.version),
        cursor=lambda item: BY_ID.write(item.entry["date"]),
        fixed=("date",),
        entry=lambda _, item: item.entry,
        new=_new,
        changed=_changed,
    ),
    version_mismatch=VersionMismatch,
    create_errors=(VersionMismatch, Invalid),
    change_errors=(Invalid,),
    delete_errors=(Invalid,),
    descriptions={
        "LIST": "By date, those of the past too.",
        "POST": "Overrides a date that has no override yet.",
        "PATCH": "Merges a patch into it (RFC 7396).",
        "DELETE": "Gives the date its weekly hours back.",
    },
)
