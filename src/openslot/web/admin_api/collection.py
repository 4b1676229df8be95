"""One collection over HTTP: five routes with cursors, ETags, If-Match, merge patches, dry runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from openslot.kernel.errors import Invalid, NotFound, OpenslotError, PreconditionFailed
from openslot.kernel.page import Page
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.storage.collection import CollectionActions, ItemPlace, Listing, Write, Written
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.addresses import url_of
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.admin_api.representation import Representation
from openslot.web.api.outcomes import outcome_response
from openslot.web.http.conditional import matches
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.paging import PageQuery, link_header
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Accepts, AnyRoute, Call, Returns, Route

T = TypeVar("T")
Errors = tuple[type[OpenslotError], ...]

_NOT_STORED = {"Cache-Control": "no-store"}
_LINK = {"Link": "The next page, if there is one (RFC 8288)"}
_LOCATION = {"Location": "Where it is"}
_ETAG = {"ETag": "The version, for If-Match"}
_SECRET = {"Cache-Control": "It holds a secret: it must not be stored"}


@dataclass(frozen=True, kw_only=True)
class Collection(Generic[T]):
    """A kind of item: its actions, where it is, what it looks like, how it can fail."""

    actions: CollectionActions[T]
    noun: str  # with its article: "a branch"
    path: str
    parameter: str  # of an item's path
    owner: str = ""  # the path's name of the id of what it belongs to
    representation: Representation[T]
    version_mismatch: type[PreconditionFailed]
    list_query: type[RequestModel] = PageQuery
    create_query: type[RequestModel] = WriteQuery
    change_query: type[RequestModel] = WriteQuery
    create_errors: Errors = ()
    change_errors: Errors = ()
    delete_errors: Errors = ()
    is_conditional_list: bool = True
    is_conditional_item: bool = True
    descriptions: Mapping[str, str] = field(default_factory=dict)  # by method and "LIST"

    def routes(self) -> tuple[AnyRoute, ...]:
        """List, create, get, change and delete."""
        return (self.list, self.create, self.get, self.change, self.delete)

    @property
    def item_path(self) -> str:
        """Where one item is."""
        return f"{self.path}/{{{self.parameter}}}"

    @property
    def list(self) -> AnyRoute:
        """A page of the items."""
        plural = self.path.rpartition("/")[2].replace("-", " ")
        return Route(
            "GET", self.path, self.actions.list, self._listing, self._respond_page,
            f"List {plural}", self.descriptions.get("LIST", ""),
            accepts=Accepts(query=self.list_query),
            returns=Returns(list[self.representation.model], headers=_LINK),  # type: ignore[name-defined]
            errors=(*self._of_owner(), Invalid), is_conditional=self.is_conditional_list,
        )  # fmt: skip

    @property
    def create(self) -> AnyRoute:
        """A new item."""
        shape = self.representation
        headers = {**_LOCATION, **_ETAG, **(_SECRET if shape.shown_once else {})}
        return Route(
            "POST", self.path, self.actions.create, self._creation, self._respond_created,
            f"Create {self.noun}", self.descriptions.get("POST", ""),
            accepts=Accepts(shape.request, self.create_query, described_by=shape.described_by),
            returns=Returns(shape.created or shape.model, 201, headers),
            errors=(*self._of_owner(), IdempotencyKeyReused, *self.create_errors),
            shows_secret=shape.shown_once is not None,
        )  # fmt: skip

    @property
    def get(self) -> AnyRoute:
        """One item."""
        return Route(
            "GET", self.item_path, self.actions.get, self._place, self._respond_item,
            f"Get {self.noun}", self.descriptions.get("GET", ""),
            returns=Returns(self.representation.model, headers=_ETAG),
            errors=(NotFound,), is_conditional=self.is_conditional_item,
        )  # fmt: skip

    @property
    def change(self) -> AnyRoute:
        """An item with a patch merged into it (RFC 7396)."""
        return Route(
            "PATCH", self.item_path, self.actions.change, self._modification,
            self._respond_written,
            f"Change {self.noun}", self.descriptions.get("PATCH", ""),
            accepts=Accepts(self.representation.request, self.change_query),
            returns=Returns(self.representation.model, headers=_ETAG),
            errors=(NotFound, IdempotencyKeyReused, self.version_mismatch, *self.change_errors),
        )  # fmt: skip

    @property
    def delete(self) -> AnyRoute:
        """An item that shall be no more."""
        return Route(
            "DELETE", self.item_path, self.actions.delete, self.read_write,
            self._respond_deleted,
            f"Delete {self.noun}", self.descriptions.get("DELETE", ""),
            accepts=Accepts(query=WriteQuery), returns=Returns(status=204),
            errors=(NotFound, IdempotencyKeyReused, self.version_mismatch, *self.delete_errors),
        )  # fmt: skip

    def _of_owner(self) -> Errors:
        return (NotFound,) if self.owner else ()

    def _place(self, call: Call) -> ItemPlace:
        owner = call.path_id(self.owner) if self.owner else ""
        return ItemPlace(owner, call.path_id(self.parameter) if self.parameter in call.path else "")

    def _listing(self, call: Call) -> Listing:
        query = call.query
        filters = query.model_dump(exclude={"limit", "cursor"})
        return Listing(self._place(call).owner_id, query.after, query.limit, filters)

    def _creation(self, call: Call) -> Write[T]:
        return self._write(call, lambda tx, owner: self.representation.new(tx, call, owner))

    def _modification(self, call: Call) -> Write[T]:
        return self._write(call, lambda tx, item: self._patched(tx, call, item))

    def read_write(self, call: Call) -> Write[T]:
        """A write to an item without content: its deletion, or an action of its kind alone."""
        return self._write(call, lambda _tx, _item: None)

    def _write(self, call: Call, content: Callable[[AccountTx, Any], Any]) -> Write[T]:
        def check_unchanged(tx: AccountTx, item: T) -> None:
            etag = self.representation.etag(tx, item)
            if not matches(call.headers, etag):
                raise self.version_mismatch(f"The ETag is {etag} now; read it again")

        # A dry run tells whom it would strand instead of refusing to.
        force = call.dry_run or bool(getattr(call.query, "force", False))
        replay = call.idempotency_key.replay
        return Write(self._place(call), content, replay, check_unchanged, force)

    def _patched(self, tx: AccountTx, call: Call, item: T) -> Any:
        """The content of an item with the call's patch merged into it, with every fault at once."""
        shape = self.representation
        faults = fixed(call.body, shape.show(tx, item), *shape.fixed)
        patch = {name: value for name, value in call.body.items() if name not in shape.fixed}
        try:
            content = shape.changed(tx, call, item, merged(shape.entry(tx, item), patch))
        except Invalid as refusal:
            raise Invalid(*faults, *refusal.faults) from None
        if faults:
            raise Invalid(*faults)
        return content

    def _respond_page(self, tx: AccountTx, call: Call, page: Page[T]) -> Response:
        shape = self.representation
        link = link_header(page, url_of(call, self.path), call.query.repeated(), shape.cursor)
        return json_response([shape.show(tx, item) for item in page.items], headers=link)

    def _respond_item(self, tx: AccountTx, _: Call, item: T) -> Response:
        shape = self.representation
        return json_response(shape.show(tx, item), headers={"ETag": shape.etag(tx, item)})

    def _respond_created(self, tx: AccountTx, call: Call, written: Written[T]) -> Response:
        if call.dry_run:
            return outcome_response(written.changes, written.without_place)
        shape, item = self.representation, written.item
        headers = {
            "Location": f"{url_of(call, self.path)}/{shape.id_of(item)}",
            "ETag": shape.etag(tx, item),
        }
        shown = shape.show(tx, item)
        if shape.shown_once is not None:
            headers |= _NOT_STORED
            shown = {**shown, **shape.shown_once(tx, call, written.shown_once)}
        return json_response(shown, 201, headers)

    def _respond_written(self, tx: AccountTx, call: Call, written: Written[T]) -> Response:
        if call.dry_run:
            return outcome_response(written.changes, written.without_place)
        return self._respond_item(tx, call, written.item)

    def _respond_deleted(self, _: AccountTx, call: Call, written: Written[T]) -> Response:
        if call.dry_run:
            return outcome_response(written.changes, written.without_place)
        return no_content()
