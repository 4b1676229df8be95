"""Branches, service groups, services, resources and combinations: collections of one form."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from openslot.account_file.entries import check_entry, entry_of
from openslot.kernel.errors import Invalid
from openslot.scheduling.catalogue.actions import CATALOGUE, ItemContent
from openslot.scheduling.catalogue.changes import HasAppointments, StillReferenced
from openslot.scheduling.catalogue.zone_changes import ZoneChangeNeedsChoice
from openslot.scheduling.model.catalogue_item import (
    BRANCH,
    RESOURCE,
    SERVICE,
    SERVICE_COMBINATION,
    SERVICE_GROUP,
    CatalogueItem,
)
from openslot.scheduling.model.errors import VersionMismatch
from openslot.scheduling.rebasing.shifts import Choice
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.catalogue import entries
from openslot.web.admin_api.collection import Collection
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.admin_api.representation import Representation
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.conditional import version_tag
from openslot.web.http.paging import BY_ID, PageQuery
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.route import Call


class EntryRequest(RequestModel):
    """An entry as the account file has it; its fields are checked by the rules of that file."""

    model_config = ConfigDict(extra="allow")


class ItemsQuery(PageQuery):
    """A page of a collection, or the one item with a key."""

    key: Annotated[str, Field(max_length=2000)] | None = None

    def repeated(self) -> dict[str, str]:
        """The key too, if one is given."""
        return super().repeated() | ({"key": self.key} if self.key else {})


class ZoneQuery(WriteQuery):
    """What future appointments keep when their branch gets another time zone."""

    appointments: Choice | None = None


class BranchItem(entries.BranchEntry):
    """A branch, as the account file has it."""

    id: str
    version: int


class ServiceGroupItem(entries.ServiceGroupEntry):
    """A service group, as the account file has it."""

    id: str
    version: int


class ServiceItem(entries.ServiceEntry):
    """A service, as the account file has it."""

    id: str
    version: int


class ResourceItem(entries.ResourceEntry):
    """A resource, as the account file has it."""

    id: str
    version: int


class CombinationItem(ApiResponse):
    """Services that a branch lets people book in one appointment."""

    id: str
    version: int
    key: str
    active: bool
    branch: str
    services: list[str]


def _show(_: AccountTx, item: CatalogueItem) -> dict[str, Any]:
    return {"id": item.id, "version": item.version, **entry_of(item)}


def _entry(_: AccountTx, item: CatalogueItem) -> dict[str, Any]:
    entry = entry_of(item)
    if item.kind == SERVICE_COMBINATION:
        del entry["key"]  # made of what it combines
    return entry


def _collection(
    kind: str,
    address: tuple[str, str],
    models: tuple[type[BaseModel], type[BaseModel]],
    fixed: tuple[str, ...] = (),
) -> Collection[CatalogueItem]:
    """The collection of a kind: path and parameter, models of an item and of a request."""

    def new(tx: AccountTx, call: Call, _: None) -> ItemContent:
        return ItemContent(*check_entry(tx, kind, call.body.model_extra or {}))

    def changed(
        tx: AccountTx, call: Call, item: CatalogueItem, entry: Mapping[str, Any]
    ) -> ItemContent:
        _, document = check_entry(tx, kind, entry, item)
        return ItemContent(item.key, document, getattr(call.query, "appointments", None))

    has_zone = kind == BRANCH
    (path, parameter), (model, described_by) = address, models
    return Collection(
        actions=CATALOGUE[kind],
        noun=f"a {kind.replace('-', ' ')}",
        path=path,
        parameter=parameter,
        representation=Representation(
            model=model,
            request=EntryRequest,
            described_by=described_by,
            show=_show,
            id_of=lambda item: item.id,
            etag=lambda _, item: version_tag(item.version),
            cursor=lambda item: BY_ID.write(item.id),
            fixed=("id", "version", "key", *fixed),
            entry=_entry,
            new=new,
            changed=changed,
        ),
        version_mismatch=VersionMismatch,
        list_query=ItemsQuery,
        change_query=ZoneQuery if has_zone else WriteQuery,
        create_errors=(Invalid,),
        change_errors=(Invalid, ZoneChangeNeedsChoice) if has_zone else (Invalid,),
        delete_errors=(Invalid, HasAppointments, StillReferenced),
        descriptions={
            "LIST": "In the order in which they were created, inactive ones too.",
            "POST": "Under a key of its own.",
            "GET": "Active or not.",
            "PATCH": "Merges a patch into it (RFC 7396). Appointments that no longer fit stay,"
            " and are marked.",
            "DELETE": "Permanently. With appointments or references it can only be deactivated.",
        },
    )


COLLECTIONS = (
    _collection(BRANCH, ("/branches", "branchId"), (BranchItem, entries.BranchEntry)),
    _collection(
        SERVICE_GROUP,
        ("/service-groups", "groupId"),
        (ServiceGroupItem, entries.ServiceGroupEntry),
    ),
    _collection(SERVICE, ("/services", "serviceId"), (ServiceItem, entries.ServiceEntry)),
    _collection(RESOURCE, ("/resources", "resourceId"), (ResourceItem, entries.ResourceEntry)),
    _collection(
        SERVICE_COMBINATION,
        ("/service-combinations", "combinationId"),
        (CombinationItem, entries.CombinationEntry),
        fixed=("branch", "services"),
    ),
)
