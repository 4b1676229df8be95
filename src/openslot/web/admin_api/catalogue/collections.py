"""Branches, service groups, services, resources and combinations: collections of one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from openslot.account_file.entries import check_entry, entry_of
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.catalogue import changes as catalogue_changes
from openslot.scheduling.catalogue.zone_changes import Choice
from openslot.scheduling.model.catalogue_item import CatalogueItem
from openslot.scheduling.model.errors import VersionMismatch
from openslot.scheduling.store import catalogue_items
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api import responses
from openslot.web.admin_api.catalogue import entries
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.http.conditional import if_match, version_tag
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.paging import PageQuery, cursor_of, next_page, parts_of
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

ADDRESS = "/admin/v1"


class EntryRequest(RequestModel):
    """An entry as the account file has it; its fields are checked by the rules of that file."""

    model_config = ConfigDict(extra="allow")


class ListQuery(PageQuery):
    """A page of a collection, or the one thing with a key."""

    key: Annotated[str, Field(max_length=2000)] | None = None


class ZoneQuery(WriteQuery):
    """What appointments to come keep when their branch gets another time zone."""

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


class CombinationItem(responses.Answer):
    """Services that a branch lets people book in one appointment."""

    id: str
    version: int
    key: str
    active: bool
    branch: str
    services: list[str]


@dataclass(frozen=True)
class Collection:
    """One kind of catalogue item, and its calls."""

    kind: str
    path: str
    parameter: str
    item: type[BaseModel]
    entry: type[BaseModel]
    fixed: tuple[str, ...] = ("id", "version", "key")

    def page(self, tx: AccountTx, call: Call) -> Response:
        """The things of this kind, in the order in which they were made, inactive ones too."""
        query: ListQuery = call.query
        (after,) = parts_of(query.cursor, 1) if query.cursor else ("",)
        found = catalogue_items.page(tx, self.kind, query.key, after, query.limit + 1)
        shown = found[: query.limit]
        headers = {}
        if len(found) > query.limit:
            asked = {"limit": str(query.limit)} | ({"key": query.key} if query.key else {})
            url = f"{call.settings.public_url}{ADDRESS}/{self.path}"
            headers["Link"] = next_page(url, asked, cursor_of(shown[-1].id))
        return json_response([shown_as(item) for item in shown], headers=headers)

    def get(self, tx: AccountTx, call: Call) -> Response:
        """One of them, active or not."""
        item = self.found(tx, call)
        return json_response(shown_as(item), headers={"ETag": version_tag(item.version)})

    def create(self, tx: AccountTx, call: Call) -> Response:
        """Makes one, under a key of its own."""
        call.idempotency_key.replay(tx)
        key, thing = check_entry(tx, self.kind, call.body.model_extra or {})
        outcome = catalogue_changes.put(tx, call.actor, self.kind, key, thing)
        if call.dry_run:
            return outcome_response(outcome)
        (item,) = catalogue_items.page(tx, self.kind, key, "", 1)
        url = f"{call.settings.public_url}{ADDRESS}/{self.path}/{item.id}"
        headers = {"Location": url, "ETag": version_tag(item.version)}
        return json_response(shown_as(item), 201, headers)

    def change(self, tx: AccountTx, call: Call) -> Response:
        """Merges a patch into it (RFC 7396); appointments that no longer fit are kept, marked."""
        item = self.found(tx, call)
        call.idempotency_key.replay(tx)
        check_version(call, item)
        entry = entry_of(item)
        faults = fixed(call.body, shown_as(item), *self.fixed)
        changed = merged(entry, {k: v for k, v in call.body.items() if k not in self.fixed})
        if self.kind == "service-combination":
            del changed["key"]  # made of what it combines
        try:
            _, thing = check_entry(tx, self.kind, changed, item)
        except Invalid as refusal:
            faults += refusal.faults
        if faults:
            raise Invalid(*faults)
        choice = getattr(call.query, "appointments", None)
        outcome = catalogue_changes.put(tx, call.actor, self.kind, item.key, thing, choice)
        if call.dry_run:
            return outcome_response(outcome)
        return self.get(tx, call)

    def delete(self, tx: AccountTx, call: Call) -> Response:
        """Removes it for good: what has appointments or is referred to can only be deactivated."""
        item = self.found(tx, call)
        call.idempotency_key.replay(tx)
        check_version(call, item)
        outcome = catalogue_changes.delete(tx, call.actor, item)
        return outcome_response(outcome) if call.dry_run else no_content()

    def found(self, tx: AccountTx, call: Call) -> CatalogueItem:
        """The item that the path names.

        Raises:
            NotFound: there is none.
        """
        item = catalogue_items.by_id(tx, self.kind, call.path_id(self.parameter))
        if item is None:
            raise NotFound(f"There is no such {self.kind.replace('-', ' ')}")
        return item


BRANCHES = Collection("branch", "branches", "branchId", BranchItem, entries.BranchEntry)
GROUPS = Collection(
    "service-group", "service-groups", "groupId", ServiceGroupItem, entries.ServiceGroupEntry
)
SERVICES = Collection("service", "services", "serviceId", ServiceItem, entries.ServiceEntry)
RESOURCES = Collection("resource", "resources", "resourceId", ResourceItem, entries.ResourceEntry)
COMBINATIONS = Collection(
    "service-combination",
    "service-combinations",
    "combinationId",
    CombinationItem,
    entries.CombinationEntry,
    ("id", "version", "key", "branch", "services"),
)
COLLECTIONS = (BRANCHES, GROUPS, SERVICES, RESOURCES, COMBINATIONS)


def shown_as(item: CatalogueItem) -> dict[str, Any]:
    """An item as it is answered: its entry, with id and version beside it."""
    return {"id": item.id, "version": item.version, **entry_of(item)}


def check_version(call: Call, item: CatalogueItem) -> None:
    """Passes when `If-Match` names the item's version.

    Raises:
        VersionMismatch: it names another one.
    """
    if not if_match(call.headers)(item.version):
        raise VersionMismatch(f"The version is {item.version}; read it again")


def outcome_response(outcome: catalogue_changes.Outcome) -> Response:
    """What a write would do."""
    changes = [responses.Change(kind=c.kind, key=c.key, action=c.action) for c in outcome.changes]
    return json_response(responses.Outcome(changes=changes, stranded=list(outcome.without_place)))


def put_entry(
    tx: AccountTx, call: Call, item: CatalogueItem, entry: Mapping[str, Any]
) -> catalogue_changes.Outcome:
    """Makes an item be an entry.

    Raises:
        Invalid: the entry cannot be taken.
    """
    key, thing = check_entry(tx, item.kind, entry, item)
    return catalogue_changes.put(tx, call.actor, item.kind, key, thing)
