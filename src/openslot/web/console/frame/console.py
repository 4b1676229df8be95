"""What the rooms of the console share: reading, acting, and answering with pages."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from openslot.app import App
from openslot.identity.people import sessions
from openslot.kernel.actor import Actor
from openslot.scheduling.booking.idempotency import RecordedOutcome, Replayed
from openslot.storage.action import Action, transaction_of
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.notices import Notices
from openslot.web.console.frame.refusals import SignedOut
from openslot.web.console.frame.rendering import ConsolePage, Rendering
from openslot.web.http.response import Response
from openslot.web.page_kit.forms import FormTokens

In = TypeVar("In")
Out = TypeVar("Out")
T = TypeVar("T")
P = ParamSpec("P")
FORM_PURPOSE = "console"  # of every form for somebody who is signed in


@dataclass(frozen=True)
class Console:
    """What is wired once per process."""

    app: App
    forms: FormTokens
    notices: Notices
    rendering: Rendering

    async def read(
        self,
        request: ConsoleRequest,
        reading: Callable[Concatenate[AccountTx, P], T],
        *args: P.args,
        **more: P.kwargs,
    ) -> T:
        """What a function reads in one transaction of the account."""
        return await self.app.database.read(request.account.id, reading, *args, **more)

    async def run(self, request: ConsoleRequest, action: Action[In, Out], given: In) -> Out:
        """Runs an action as the person who is signed in.

        Raises:
            InsufficientScope: the role does not allow it.
            SignedOut: the session or the role ended meanwhile.
            OpenslotError: as the action says.
        """
        return await self.run_and(request, action, given, _only)

    async def run_and(
        self,
        request: ConsoleRequest,
        action: Action[In, Out],
        given: In,
        then: Callable[[AccountTx, Out], T],
    ) -> T:
        """As `run`; `then` makes something of the value in the same transaction."""
        request.actor.require(*action.scopes)
        database, account_id = self.app.database, request.account.id
        if action.look_first is not None:
            given = await database.read_in_background(
                account_id, action.look_first, request.actor, given
            )
        within = transaction_of(database, action.runs)
        if not action.writes:
            found: T = await within(account_id, _run, request.actor, action, given, then)
            return found
        done: T = await within(account_id, _act, request, action, given, then)
        return done

    async def run_once(
        self,
        request: ConsoleRequest,
        action: Action[In, Out],
        given: In,
        path_of: Callable[[Out], str],
    ) -> str:
        """As `run`, for a form that makes something: the path of what it made.

        `given` carries `request.idempotency_key`; a form that is sent twice acts once, and gets
        the same path twice.

        Raises:
            IdempotencyKeyReused: the form was changed in between.
        """
        key = request.idempotency_key

        def record(tx: AccountTx, value: Out) -> str:
            path = path_of(value)
            key.record(tx, RecordedOutcome(303, json.dumps({}), path.encode()))
            return path

        try:
            return await self.run_and(request, action, given, record)
        except Replayed as replayed:
            return replayed.outcome.content.decode()

    async def dry_run(
        self,
        request: ConsoleRequest,
        action: Action[In, Out],
        given: In,
        then: Callable[[AccountTx, Out], T],
    ) -> T:
        """What `run_and` would give; everything that it wrote is taken back."""

        def ended(tx: AccountTx, value: Out) -> T:
            raise _TakenBack(then(tx, value))

        try:
            return await self.run_and(request, action, given, ended)
        except _TakenBack as result:
            shown: T = result.value
            return shown

    def page(self, request: ConsoleRequest, page: ConsolePage) -> Response:
        """A page, with the notice that waits for it."""
        return self.rendering.page(request, page, self.notices, self.token(request))

    def no_branch(self, request: ConsoleRequest, heading: str) -> Response:
        """A page of a branch in an account that has none yet."""
        return self.page(request, ConsolePage(heading, "no_branch.html"))

    def see_other(
        self,
        request: ConsoleRequest,
        path: str,
        notice: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """303 to a path of the console, which shows the notice."""
        cookies = (self.notices.write(request, notice),) if notice else ()
        return Response(
            303,
            b"",
            {
                "Location": request.link(path),
                "Cache-Control": "no-store",
                "Referrer-Policy": "same-origin",
                **(headers or {}),
            },
            cookies,
        )

    def token(self, request: ConsoleRequest) -> str:
        """The token of every form on a page."""
        return self.forms.make(request.account.id, request.session_cookie, FORM_PURPOSE)


class _TakenBack(Exception):
    """Carries out what a dry run would have given; raising takes back what was written."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def _only(_: AccountTx, value: Out) -> Out:
    return value


def _run(
    tx: AccountTx,
    actor: Actor,
    action: Action[In, Out],
    given: In,
    then: Callable[[AccountTx, Out], T],
) -> T:
    return then(tx, action.run(tx, actor, given))


def _act(
    tx: AccountTx,
    request: ConsoleRequest,
    action: Action[In, Out],
    given: In,
    then: Callable[[AccountTx, Out], T],
) -> T:
    """Acts if the session still lives and the role still allows it, in the same transaction."""
    session = sessions.find(tx, request.session_cookie)
    if session is None:
        raise SignedOut
    actor = Actor(
        request.account.id,
        "user",
        session.user.id,
        frozenset(session.user.scopes),
        request.address,
        request.request_id,
    )
    actor.require(*action.scopes)
    return _run(tx, actor, action, given, then)
