"""One call of an API: everything the route table says of it."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from openslot.kernel.actor import Actor
from openslot.kernel.errors import OpenslotError
from openslot.scheduling.booking.idempotency import IdempotencyKey
from openslot.settings import Settings
from openslot.storage.transactions import AccountTx
from openslot.web.http.request_parsing import RequestModel
from openslot.web.http.response import Response


@dataclass(frozen=True, slots=True)
class Call:
    """A request whose form is right: who asks for what."""

    actor: Actor
    path: Mapping[str, str]
    query: Any  # an instance of the operation's query model, or None
    body: Any  # an instance of one of its request models, or None; of a merge patch plain values
    headers: Mapping[str, str]  # lowercase names
    settings: Settings
    idempotency_key: IdempotencyKey

    @property
    def dry_run(self) -> bool:
        """Whether only to say what would happen; whatever the operation writes is taken back."""
        return bool(getattr(self.query, "dryRun", False))

    def path_id(self, name: str) -> str:
        """An id of the path, in lowercase; one that is no UUID will not be found."""
        return self.path[name].lower()


# An answer, or the steps that compute one: those run in slices after the transaction has ended.
Handled = Response | Generator[None, None, Response]


@dataclass(frozen=True)
class Operation:
    """A method on a path: what it takes, who may, what it answers, how it can fail."""

    method: str
    path: str  # as in OpenAPI: /appointments/{appointmentId}
    handle: Callable[[AccountTx, Call], Handled]
    summary: str
    scopes: tuple[str, ...]
    answer: Any = None  # a model, or a list of one; None for an empty body
    status: int = 200
    request: type[RequestModel] | None = None
    nested_request: type[RequestModel] | None = None  # taken when the body has a `customer`
    query: type[RequestModel] | None = None
    errors: tuple[type[OpenslotError], ...] = ()
    answer_headers: Mapping[str, str] = field(default_factory=dict)  # name: what it says
    entry: type[BaseModel] | None = (
        None  # what a body is whose `request` leaves that to a file's rules
    )
    other_types: tuple[str, ...] = ()  # media types of the answer beside JSON
    searches: bool = False  # has the smaller limit of customer searches
    is_conditional: bool = False  # answers 304 to If-None-Match
    computes: bool = False  # takes long enough that only one of its kind runs at a time
    reads_in_background: bool = False  # reads so many rows that others must not wait meanwhile
    locks: bool = False  # what it decides by, so that others of the account may write beside it
    shows_secret: bool = False  # its answer is never kept for an idempotency key

    @property
    def writes(self) -> bool:
        """Whether it changes anything; searches are sent with POST and do not."""
        return self.method in ("POST", "PUT", "PATCH", "DELETE") and not self.searches

    @property
    def may_run_dry(self) -> bool:
        """Whether `dryRun=true` can be asked of it."""
        return self.query is not None and "dryRun" in self.query.model_fields

    @property
    def merges(self) -> bool:
        """Whether the body is a merge patch (RFC 7396): its nulls mean something."""
        return self.method == "PATCH"
