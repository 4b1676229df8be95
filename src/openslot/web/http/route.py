"""A route: how HTTP reaches an action, and how the action's value becomes a response."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from openslot.app import App
from openslot.calendars.uids import CalendarUids
from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Fault, Invalid, OpenslotError
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.settings import Settings
from openslot.storage.action import Action, Steps
from openslot.storage.transactions import AccountTx
from openslot.web.http.pointers import Pointers, pointer_of
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import JSON, MERGE_PATCH, Response

In = TypeVar("In")
Out = TypeVar("Out")

# A response, or the steps that compute one: those run in slices after the transaction has ended.
Handled = Response | Steps[Response]


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose form is right: who wants what of which route."""

    route: "AnyRoute"
    actor: Actor
    path: Mapping[str, str]
    query: Any  # an instance of the route's query model, or None
    # An instance of one of its body models, or None; of a merge patch plain values; bytes if raw
    body: Any
    headers: Mapping[str, str]  # lowercase names
    settings: Settings
    calendar_uids: CalendarUids
    purpose_keys: PurposeKeys
    idempotency_key: IdempotencyKey

    @property
    def dry_run(self) -> bool:
        """Whether only to say what would happen; whatever the action writes is taken back."""
        return bool(getattr(self.query, "dryRun", False))

    @property
    def languages(self) -> str | None:
        """The languages that the client would like (RFC 9110 §12.5.4)."""
        return self.headers.get("accept-language")

    def path_id(self, name: str) -> str:
        """An id of the path, in lowercase; one that is no UUID will not be found."""
        return self.path[name].lower()


@dataclass(frozen=True)
class Accepts:
    """What a request may carry."""

    body: type[RequestModel] | None = None
    query: type[RequestModel] | None = None
    # Other models of the body, each for bodies that have the member named.
    nested: Mapping[str, type[RequestModel]] = field(default_factory=dict)
    is_optional: bool = False  # without a body it is as `{}`
    nullable: tuple[str, ...] = ()  # members of the body whose null is not as if they were absent
    # What the body is made of, where `body` leaves the judgement to the rules of a file.
    described_by: type[BaseModel] | None = None
    raw: str | None = None  # the media type of a body that the action reads itself
    most_bytes: int | None = None  # of the body, whatever the settings say; None: as they say

    def takes_body(self, body: bytes) -> bool:
        """Whether a request's bytes are read as a body."""
        is_there = self.body is not None or self.raw is not None
        return is_there and not (self.is_optional and not body)

    def model_of(self, body: Mapping[str, Any]) -> type[RequestModel] | None:
        """The model of this body."""
        return next((model for name, model in self.nested.items() if name in body), self.body)


@dataclass(frozen=True)
class Returns:
    """What the response of a success holds."""

    model: Any = None  # a model, or a list of one; None for an empty body
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)  # name: what it says
    media_types: tuple[str, ...] = ()  # beside JSON; without a model instead of it


@dataclass(frozen=True)
class Route(Generic[In, Out]):
    """A method on a path: what reaches the action, what comes back, how it can fail."""

    method: str
    path: str  # as in OpenAPI: /appointments/{appointmentId}
    action: Action[In, Out]
    read: Callable[[Call], In]
    respond: Callable[[AccountTx, Call, Out], Handled]  # runs in the action's transaction
    summary: str
    description: str = ""
    accepts: Accepts = Accepts()
    returns: Returns = Returns()
    errors: tuple[type[OpenslotError], ...] = ()
    is_conditional: bool = False  # answers 304 to If-None-Match
    # Its response is never stored for an idempotency key: a secret, or a person's data.
    shows_secret: bool = False
    # What is done for the account first, in a transaction of its own.
    prepare: Callable[[App, str], Awaitable[object]] | None = None
    is_search: bool = False  # has the smaller limit of searches for a person
    # What only the data shows of a body that has other faults already, so that all are told at
    # once: by the caller, the parameters of the path, and the body as plain values.
    more_faults: (
        Callable[[AccountTx, Actor, Mapping[str, str], Mapping[str, Any]], Iterable[Fault]] | None
    ) = None
    # Where the fields of faults stand; a function where that depends on the request.
    pointers: Pointers | Callable[[Call], Pointers] = field(default_factory=dict)

    @cached_property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of which any one is enough."""
        return self.action.scopes

    @cached_property
    def writes(self) -> bool:
        """Whether it changes anything; searches are sent with POST and do not."""
        return self.action.writes

    @cached_property
    def may_run_dry(self) -> bool:
        """Whether it takes `dryRun=true`."""
        query = self.accepts.query
        return query is not None and "dryRun" in query.model_fields

    @cached_property
    def merges(self) -> bool:
        """Whether the body is a merge patch (RFC 7396): its nulls mean something."""
        return self.method == "PATCH"

    @cached_property
    def body_types(self) -> tuple[str, ...]:
        """The media types that its body may have; none if it takes no body."""
        if self.accepts.raw is not None:
            return (self.accepts.raw,)
        if self.accepts.body is None:
            return ()
        return (JSON, MERGE_PATCH) if self.merges else (JSON,)

    def completed_input(self, tx: AccountTx, call: Call) -> In | None:
        """The action's input, with what it looks at first."""
        look = self.action.look_first
        if look is None:
            return None
        try:
            return look(tx, call.actor, self.read(call))
        except Invalid as refusal:
            raise self._pointed(call, refusal) from None

    def handle(self, tx: AccountTx, call: Call, given: In | None = None) -> Handled:
        """Runs the action and makes its value a response, in one transaction.

        `given` is its input, where that is known already.
        """
        try:
            value = self.action.run(tx, call.actor, self.read(call) if given is None else given)
        except Invalid as refusal:
            raise self._pointed(call, refusal) from None
        return self.respond(tx, call, value)

    def _pointed(self, call: Call, refusal: Invalid) -> Invalid:
        pointers = self.pointers(call) if callable(self.pointers) else self.pointers
        refusal.faults = tuple(
            replace(fault, field=pointer_of(fault.field, pointers)) for fault in refusal.faults
        )
        return refusal


AnyRoute = Route[Any, Any]
