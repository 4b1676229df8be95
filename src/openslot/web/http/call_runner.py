"""How a call runs: its route's action in one transaction, after the interface's own checks.

Inside the action: 404, idempotency, 412, state, 410, 422 for what needs the data, cut-off, slot.
"""

import asyncio
from collections.abc import Iterable
from typing import Any, Protocol

from starlette.types import Scope

from openslot.app import App
from openslot.scheduling.booking.idempotency import Replayed
from openslot.storage.action import Runs, transaction_of
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.http import idempotency
from openslot.web.http.callers.authentication import Recheck
from openslot.web.http.limits import CallLimits
from openslot.web.http.response import Response
from openslot.web.http.route import AnyRoute, Call, Handled
from openslot.web.http.slices import in_slices

_IN_BACKGROUND = Runs.READ_IN_BACKGROUND
_CALLER_FIRST = "the credentials say which account"


class Reader(Protocol):
    """What makes calls of the requests of one interface."""

    def read(self, tx: SystemTx, scope: Scope, route: AnyRoute, body: bytes) -> Call:
        """The call of a request.

        Raises:
            OpenslotError: what is wrong with it, in the interface's order of checks.
        """


class CallRunner:
    """Runs the calls of some routes."""

    def __init__(
        self,
        app: App,
        recheck: Recheck,
        limits: CallLimits,
        reader: Reader,
        routes: Iterable[AnyRoute],
    ) -> None:
        """`routes` are all that it will be asked to run."""
        self._app = app
        self._recheck = recheck
        self._computing = limits.computing
        self._reader = reader
        # Looked up once: by the enumeration it costs microseconds each time.
        self._transactions = {
            id(route): transaction_of(app.database, route.action.runs) for route in routes
        }

    async def run(self, scope: Scope, route: AnyRoute, body: bytes) -> Response:
        """The response to a request of a route."""
        if route.writes:
            return await self._write(scope, route, body)
        return await self._read(scope, route, body)

    async def _write(self, scope: Scope, route: AnyRoute, body: bytes) -> Response:
        call = await self._app.database.read_system(
            _CALLER_FIRST, self._reader.read, scope, route, body
        )
        if route.prepare is not None:
            await route.prepare(self._app, call.actor.account_id)
        write = self._transactions[id(route)]
        given = None
        if route.action.look_first is not None:
            given = await self._app.database.read_in_background(
                call.actor.account_id, route.completed_input, call
            )
        try:
            handled: Handled = await write(
                call.actor.account_id, self._write_within, route, call, given
            )
        except _DryRunEnded as result:
            return result.response
        return await in_slices(handled)

    async def _read(self, scope: Scope, route: AnyRoute, body: bytes) -> Response:
        database = self._app.database
        if route.prepare is not None:
            call = await database.read_system(_CALLER_FIRST, self._reader.read, scope, route, body)
            await route.prepare(self._app, call.actor.account_id)
            return await in_slices(await database.read(call.actor.account_id, route.handle, call))
        if route.action.runs is _IN_BACKGROUND:
            call = await database.read_system(_CALLER_FIRST, self._reader.read, scope, route, body)
            handled = await database.read_in_background(call.actor.account_id, route.handle, call)
            # Only what follows the reading takes turns of the loop.
            async with self._computing:
                return await in_slices(handled)
        if route.action.in_steps:
            # One at a time: a booking beside them waits for a slice of one, not of each.
            async with self._computing:
                response = await self._read_at_once(scope, route, body)
                # One from memory has not paused: it takes its turn of the loop anyway.
                await asyncio.sleep(0)
                return response
        return await self._read_at_once(scope, route, body)

    async def _read_at_once(self, scope: Scope, route: AnyRoute, body: bytes) -> Response:
        handled = await self._app.database.read_system(
            _CALLER_FIRST, self._called_and_handled, scope, route, body
        )
        return await in_slices(handled)

    def _called_and_handled(
        self, tx: SystemTx, scope: Scope, route: AnyRoute, body: bytes
    ) -> Handled:
        """Who calls and what they get, from one snapshot."""
        call = self._reader.read(tx, scope, route, body)
        return route.handle(tx.account(call.actor.account_id), call)

    def _write_within(self, tx: AccountTx, route: AnyRoute, call: Call, given: Any) -> Handled:
        """Runs a writing action, or gives the response that its idempotency key got before."""
        self._recheck.check_again(tx, call.actor)
        try:
            response = route.handle(tx, call, given)
        except Replayed as replayed:
            return idempotency.replayed(replayed.outcome)
        if not isinstance(response, Response):
            return response  # computed after the commit, and so never stored
        if call.dry_run:
            raise _DryRunEnded(response)
        if not route.shows_secret:
            call.idempotency_key.record(tx, idempotency.outcome_of(response))
        return response


class _DryRunEnded(Exception):
    """Carries out what a dry run would have answered; raising takes back what was written."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response
