"""How a request becomes a call: this interface's checks in their order, before any action runs.

401, 403, 404 of the path, 405, 413, 415, 429, 400 of what the request alone shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.types import Scope

from openslot.app import App
from openslot.identity.clients.api_key_authentication import ApiKeyCaller
from openslot.identity.model.api_key import ApiKey
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Fault, Invalid, OpenslotError
from openslot.scheduling.booking.idempotency import NO_KEY, IdempotencyKey
from openslot.storage.accounts import Account
from openslot.storage.transactions import SystemTx
from openslot.web.http import idempotency
from openslot.web.http.call_reader import header_text
from openslot.web.http.limits import CallLimits
from openslot.web.http.request_parsing import RequestModel, read_json, validated
from openslot.web.http.route import AnyRoute, Call
from openslot.web.orchestra.callers import ApiKeyCallers
from openslot.web.orchestra.errors import InterfaceOff, LookUpNotAllowed
from openslot.web.orchestra.matrix_parameters import ParsedPath


@dataclass(frozen=True, slots=True)
class CallArguments:
    """What a call's path says beside its route, and the key that it came with."""

    path: ParsedPath
    api_key: ApiKey


@dataclass(frozen=True, slots=True)
class RequestForm:
    """A request's path, and what is wrong with its form; who calls is to be known first."""

    path: ParsedPath
    parameters: Mapping[str, str]
    refusal: OpenslotError | None = None


class OrchestraCallReader:
    """Makes calls of the requests of the interface."""

    def __init__(self, app: App, callers: ApiKeyCallers, limits: CallLimits) -> None:
        self._app = app
        self._callers = callers
        self._limits = limits

    def admitted(self, tx: SystemTx, scope: Scope) -> tuple[ApiKeyCaller, Account]:
        """The caller and its account, where that has the interface on.

        Raises:
            InvalidApiKey, RateLimited: it is not known who calls.
            InterfaceOff: the account has switched the interface off.
        """
        caller = self._callers.caller(tx, scope)
        account = tx.account(caller.actor.account_id).account
        scope["state"].account = account.name
        if not account.content.get("orchestra", {}).get("enabled"):
            raise InterfaceOff
        return caller, account

    def read(self, tx: SystemTx, scope: Scope, route: AnyRoute, body: bytes) -> Call:
        """The call of a request; the endpoint has left its `RequestForm` in the scope.

        Raises:
            InvalidApiKey, RateLimited: it is not known who calls, or it calls too often.
            InterfaceOff, InsufficientScope, LookUpNotAllowed: the caller may not.
            InvalidJson, Invalid: the body or a header cannot be read.
        """
        caller, account = self.admitted(tx, scope)
        actor = caller.actor
        actor.require(*route.scopes)
        if route.is_search and not caller.api_key.content.customer_look_up:
            raise LookUpNotAllowed
        form: RequestForm = scope["openslot.form"]
        if form.refusal is not None:
            raise form.refusal
        address = scope["client"][0] if scope.get("client") else ""
        if route.writes or route.is_search:  # the audit trail says where it came from
            actor = replace(actor, address=address or None, request_id=scope["state"].id)
        self._limits.take(actor, account, address, is_search=route.is_search)
        headers = header_text(scope["headers"])
        value, plain = _body(route, body)
        key = NO_KEY
        if route.method != "GET":
            if faults := idempotency.faults_of(headers):
                raise Invalid(*faults)
            key = _idempotency_key(route, form, headers, actor, plain)
        return Call(
            route=route,
            actor=actor,
            path=form.parameters,
            query=CallArguments(form.path, caller.api_key),
            body=value,
            headers=headers,
            settings=self._app.settings,
            purpose_keys=self._app.purpose_keys,
            calendar_uids=self._app.calendar_uids,
            idempotency_key=key,
        )


def _body(route: AnyRoute, body: bytes) -> tuple[Any, Any]:
    """The body as the route's model, and as plain values; None where the route takes none."""
    model: type[RequestModel] | None = route.accepts.body
    if model is None:
        return None, None
    faults: list[Fault] = []
    empty = body.strip() in (b"", b"null")
    plain = {} if empty else read_json(body, faults, None)
    return validated(model, plain), plain


def _idempotency_key(
    route: AnyRoute, form: RequestForm, headers: Mapping[str, str], actor: Actor, plain: Any
) -> IdempotencyKey:
    """The key of a request, if it has one."""
    path = _canonical(route, form) if "idempotency-key" in headers else ""
    named = {"method": route.method, "path": path, "query_string": b""}
    return idempotency.key_of(actor, headers, named, plain)


def _canonical(route: AnyRoute, form: RequestForm) -> str:
    """The path by which a request is known again, whichever base and spelling it came with."""
    path = route.path
    for name, value in form.parameters.items():
        path = path.replace(f"{{{name}}}", value)
    return f"{path} {sorted(form.path.arguments.items())}"
