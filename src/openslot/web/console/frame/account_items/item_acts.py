"""One press on the page of a user, a client or a webhook: what is sent, and where it leads."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from openslot.kernel.errors import Conflict, NotFound, PreconditionFailed
from openslot.scheduling.booking.idempotency import NO_KEY, RecordedOutcome, Replayed
from openslot.storage.action import Action
from openslot.storage.collection import ItemPlace, Write
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.latest_act import Subject, led_back
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.http.response import Response

In = TypeVar("In")
Out = TypeVar("Out")
Content = Callable[[AccountTx, Any], Any]


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...


@dataclass(frozen=True)
class Press:
    """Where a button leads, and what is said there."""

    path: str  # of the button
    done: str
    subject: Subject
    # What is never done in this state, by the class of the refusal. Any other refusal means that
    # the page showed another state than there is.
    refusals: Mapping[type[Conflict], str] = field(default_factory=dict)
    leads_to: str = ""  # once it is done; "": back


class ShownVersionChanged(PreconditionFailed):
    """The form shows another version than there is."""


def _nothing(_: AccountTx, item: Any) -> Any:
    return item


def write_of(request: ConsoleRequest, content: Content = _nothing) -> Write[Any]:
    """A write to the item of the path, as it was shown; a version makes it act once."""

    def check(_: AccountTx, item: _Versioned) -> None:
        if item.version != request.version:
            raise ShownVersionChanged

    return Write(ItemPlace(item_id=item_id(request)), content, NO_KEY.replay, check)


def creation(request: ConsoleRequest, content: Content) -> Write[Any]:
    """A write that makes an item once, however often its form is sent."""
    return Write(ItemPlace(), content, request.idempotency_key.replay, lambda _, __: None)


def item_id(request: ConsoleRequest, name: str = "id") -> str:
    """An id of the path, in lowercase; one that is no UUID will not be found."""
    return request.parameters[name].lower()


async def press(
    console: Console, request: ConsoleRequest, act: Callable[[], Awaitable[object]], of: Press
) -> Response:
    """Acts, and leads back; too late or in another state, it says so there and does nothing."""
    said = ""
    try:
        await act()
    except PreconditionFailed:
        pass
    except Conflict as refusal:
        said = of.refusals.get(type(refusal), "")
    else:
        return console.see_other(request, of.leads_to or of.path, of.done)
    if said:
        return console.see_other(request, of.path, said)
    return await led_back(console, request, of.path, of.subject)


async def press_for(
    console: Console, request: ConsoleRequest, action: Action[In, Out], given: In, of: Press
) -> Response:
    """As `press`, where one action is all of it."""
    return await press(console, request, lambda: console.run(request, action, given), of)


async def press_once(
    console: Console, request: ConsoleRequest, act: Callable[[], Awaitable[object]], of: Press
) -> Response:
    """As `press`, for what ends a part of the item: one that has ended is too late as well.

    Raises:
        NotFound: the item itself is not there.
    """

    async def ended() -> None:
        try:
            await act()
        except NotFound:
            await console.read(request, of.subject)
            raise ShownVersionChanged from None

    return await press(console, request, ended, of)


async def run_showing(
    console: Console, request: ConsoleRequest, action: Action[In, Out], given: In
) -> Out | None:
    """Runs what makes a secret, once; None: the form was sent before, and showed it then.

    What is recorded of it holds no secret.
    """
    key = request.idempotency_key

    def record(tx: AccountTx, value: Out) -> Out:
        key.record(tx, RecordedOutcome(303, "{}", b""))
        return value

    try:
        return await console.run_and(request, action, given, record)
    except Replayed:
        return None
