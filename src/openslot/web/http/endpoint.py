"""How a call runs: the checks in the contract's order, then its operation in one transaction.

405, 413, 415, 401, 403, 429, 400, 422 for what the request alone shows; then, inside the
operation, 404, idempotency, 412, state, 410, 422 for what needs the data, cut-off, slot.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.identity.tokens.access_tokens import TokenReader
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.booking.idempotency import NO_KEY, Replayed
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.http import bearer, idempotency
from openslot.web.http.dpop import SeenProofs
from openslot.web.http.limits import Limit
from openslot.web.http.problems import (
    MethodNotAllowed,
    UnsupportedMediaType,
    WrongAccount,
)
from openslot.web.http.request_parsing import (
    RequestModel,
    read_json,
    read_query,
    validated,
)
from openslot.web.http.response import Response, etag_of
from openslot.web.http.route import Call, Handled, Operation
from openslot.web.http.transport import header, read_body

# The longest stretch of a computation on the event loop: others wait that long at most.
_SLICE_SECONDS = 0.0002


class Limits:
    """The limits of API calls, shared by all endpoints of a process."""

    def __init__(self, app: App) -> None:
        settings = app.settings
        self.client = Limit(settings.requests_per_second_and_client, 1)
        self.address = Limit(settings.requests_per_second_and_address, 1)
        self.searches = Limit(settings.searches_per_minute_and_client, 60)
        self.computing = asyncio.Semaphore(1)
        self.proofs = SeenProofs()

    def take(self, actor: Actor, account: Account, address: str, *, searches: bool) -> None:
        """Counts a call.

        Raises:
            RateLimited: it is one too many.
        """
        self.client.take(actor.id)
        if not account.sandbox:
            self.address.take(address)
        if searches:
            self.searches.take(actor.id)


class Endpoint:
    """One path: its operations by method. An ASGI application."""

    def __init__(
        self, app: App, reader: TokenReader, limits: Limits, operations: Mapping[str, Operation]
    ) -> None:
        """`operations` are the path's, by method; HEAD goes with GET."""
        self._app = app
        self._reader = reader
        self._limits = limits
        self._operations = dict(operations)
        if "GET" in self._operations:
            self._operations["HEAD"] = self._operations["GET"]
        self._allowed = ", ".join(sorted(self._operations))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; errors are left to the server around it."""
        response = await self._answer(scope, receive)
        await response.send(send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        operation = self._operations.get(scope["method"])
        if operation is None:
            raise MethodNotAllowed(self._allowed)
        body = await read_body(scope, receive, self._app.settings.max_body_bytes)
        if operation.request is not None:
            _check_media_type(scope, merges=operation.merges)
        database = self._app.database
        if operation.writes or operation.reads_in_background:
            call = await database.read_system(
                "the token says which account", self._checked, scope, operation, body
            )
            if operation.reads_in_background:
                return await self._read_in_background(scope, operation, call)
            write = database.write_concurrently if operation.locks else database.write
            try:
                return await write(call.actor.account_id, _once, operation, call)
            except _DryRun as result:
                return result.response
        if operation.computes:
            # One at a time: a booking beside them waits for a slice of one, not of each.
            async with self._limits.computing:
                response = await self._read(scope, operation, body)
                # One from memory has not paused: it takes its turn of the loop all the same.
                await asyncio.sleep(0)
                return response
        return await self._read(scope, operation, body)

    async def _read(self, scope: Scope, operation: Operation, body: bytes) -> Response:
        handled = await self._app.database.read_system(
            "the token says which account", self._checked_and_handled, scope, operation, body
        )
        return _unless_known(scope, operation, await _in_slices(handled))

    async def _read_in_background(self, scope: Scope, operation: Operation, call: Call) -> Response:
        """Only what follows the reading takes turns of the loop."""
        handled = await self._app.database.read_in_background(
            call.actor.account_id, operation.handle, call
        )
        async with self._limits.computing:
            return _unless_known(scope, operation, await _in_slices(handled))

    def _checked_and_handled(
        self, tx: SystemTx, scope: Scope, operation: Operation, body: bytes
    ) -> Handled:
        """Who asks and what they get, from one snapshot."""
        call = self._checked(tx, scope, operation, body)
        return operation.handle(tx.account(call.actor.account_id), call)

    def _checked(self, tx: SystemTx, scope: Scope, operation: Operation, body: bytes) -> Call:
        """The request as a call: 401, 403, 429, 400, then every fault of its values."""
        headers = scope["headers"]
        actor = bearer.actor(tx, self._reader, self._limits.proofs, scope)
        account = tx.account(actor.account_id).account
        scope["state"].account = account.name
        actor.require(*operation.scopes)
        _check_tenant(headers, account)
        address = scope["client"][0] if scope.get("client") else ""
        if operation.writes:  # the audit trail says where a change came from
            actor = replace(actor, address=address or None, request_id=scope["state"].id)
        self._limits.take(actor, account, address, searches=operation.searches)
        text = _header_text(headers)
        query, value, plain = _read(operation, scope, body, text)
        key = idempotency.key_of(actor, text, scope, plain) if operation.writes else NO_KEY
        return Call(
            actor=actor,
            path={**scope["path_params"], "": operation.path},
            query=query,
            body=value,
            headers=text,
            settings=self._app.settings,
            idempotency_key=key,
        )


def _read(
    operation: Operation, scope: Scope, body: bytes, headers: Mapping[str, str]
) -> tuple[Any, Any, Any]:
    """Query and body as models, and the body as plain values.

    Raises:
        InvalidJson: the body cannot be read.
        Invalid: with the faults of query, body and headers at once.
    """
    faults: list[Fault] = []
    query = value = plain = None
    if operation.request is not None:
        plain = read_json(body, faults, keeps_nulls=operation.merges)
    if operation.merges:
        value = plain  # only merged into what is there can it be judged
    elif operation.request is not None and plain is not None:
        nested = operation.nested_request if "customer" in plain else None
        value = _validated(nested or operation.request, plain, faults)
    # Unknown parameters are faults even where there are none to take.
    parameters = read_query(scope["query_string"], faults)
    query = _validated(operation.query or _NoQuery, parameters, faults)
    if operation.writes:
        faults.extend(idempotency.faults_of(headers))
    if faults:
        raise Invalid(*faults)
    return query, value, plain


def _validated(model: type[RequestModel], value: Any, faults: list[Fault]) -> Any:
    try:
        return validated(model, value)
    except Invalid as refusal:
        faults.extend(refusal.faults)
        return None


class _NoQuery(RequestModel):
    """No parameter is known."""


def _once(tx: AccountTx, operation: Operation, call: Call) -> Response:
    """Runs a writing operation, or gives the answer that its idempotency key got before."""
    if tx.account.suspended_at is not None:
        raise bearer.InvalidToken
    try:
        response = operation.handle(tx, call)
    except Replayed as replayed:
        return idempotency.replayed(replayed.outcome)
    assert isinstance(response, Response)  # noqa: S101  (only listings compute in steps)
    if call.dry_run:
        raise _DryRun(response)
    if not operation.shows_secret:
        call.idempotency_key.record(tx, idempotency.outcome_of(response))
    return response


class _DryRun(Exception):
    """Carries out what a dry run would have answered."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def _in_slices(steps: Handled) -> Response:
    """Runs a computation with pauses, so that the event loop serves others meanwhile."""
    if isinstance(steps, Response):
        return steps
    await asyncio.sleep(0)  # reading what is computed with was a slice already
    until = time.perf_counter() + _SLICE_SECONDS
    while True:
        try:
            next(steps)
        except StopIteration as end:
            response: Response = end.value
            return response
        if time.perf_counter() > until:
            await asyncio.sleep(0)
            until = time.perf_counter() + _SLICE_SECONDS


def _unless_known(scope: Scope, operation: Operation, response: Response) -> Response:
    """304 for a listing whose ETag the client has (RFC 9110 §13.1.2: weak comparison)."""
    if not operation.is_conditional:
        return response
    etag = response.headers.get("ETag") or etag_of(response.body)
    response = replace(response, headers={**response.headers, "ETag": etag})
    # RFC 9110 §5.3: a list in several lines is one list
    known = [value for name, value in scope["headers"] if name == b"if-none-match"]
    if not known:
        return response
    listed = b",".join(known).decode("latin-1").split(",")
    tags = {tag.strip().removeprefix("W/") for tag in listed}
    if etag in tags or "*" in tags:
        kept = {k: v for k, v in response.headers.items() if k != "Content-Type"}
        return Response(304, b"", kept)
    return response


def _check_media_type(scope: Scope, *, merges: bool) -> None:
    value = (header(scope["headers"], b"content-type") or b"").decode("latin-1")
    media_type, _, parameters = value.partition(";")
    charset = parameters.strip().lower().replace(" ", "")
    taken = ("application/json", "application/merge-patch+json")[: 2 if merges else 1]
    if media_type.strip().lower() not in taken or charset not in (
        "",
        "charset=utf-8",
        'charset="utf-8"',
    ):
        raise UnsupportedMediaType("Send the body as application/json in UTF-8")
    # RFC 9110 §15.5.16: a coding that is not supported is 415 too
    coding = header(scope["headers"], b"content-encoding")
    if coding is not None and coding.strip().lower() != b"identity":
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding")


def _check_tenant(headers: Any, account: Account) -> None:
    """`X-TENANT-ID` is optional; sent, it is the id or the name of the token's account."""
    for name, value in headers:
        if name == b"x-tenant-id":
            tenant = value.decode("latin-1").strip().lower()
            if tenant not in (account.id, account.name):
                raise WrongAccount


def _header_text(headers: Any) -> dict[str, str]:
    """The headers that operations look at; of a repeated one the values joined (RFC 9110 §5.3)."""
    text: dict[str, str] = {}
    for name, value in headers:
        if name in _READ_BY_OPERATIONS:
            key, decoded = name.decode(), value.decode("latin-1").strip()
            text[key] = f"{text[key]}, {decoded}" if key in text else decoded
    return text


_READ_BY_OPERATIONS = (b"accept", b"accept-language", b"if-match", b"idempotency-key")
