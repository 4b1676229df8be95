"""How a request becomes a call: its checks in the contract's order, before any action runs.

415 for the body's type; then 401, 403, 429, 400, and 422 with every fault of its values at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from starlette.types import Scope

from openslot.app import App
from openslot.kernel.actor import Actor
from openslot.kernel.errors import Fault, Invalid
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.http import idempotency
from openslot.web.http.callers.authentication import Authentication
from openslot.web.http.limits import CallLimits
from openslot.web.http.problems import UnsupportedMediaType, WrongAccount
from openslot.web.http.request_parsing import RequestModel, read_json, read_query, validated
from openslot.web.http.response import JSON
from openslot.web.http.route import AnyRoute, Call
from openslot.web.http.transport import Headers, header

_TEXT = ("", "charset=utf-8", 'charset="utf-8"')
_READ_BY_ROUTES = (b"accept", b"accept-language", b"if-match", b"idempotency-key")


class CallReader:
    """Makes calls of the requests of one interface."""

    def __init__(
        self,
        app: App,
        authentication: Authentication,
        limits: CallLimits,
        spellings: Mapping[str, str],
    ) -> None:
        """`spellings` are other names of members and parameters, with the documented ones."""
        self._app = app
        self._authentication = authentication
        self._limits = limits
        self._spellings = spellings

    def read(self, tx: SystemTx, scope: Scope, route: AnyRoute, body: bytes) -> Call:
        """The call of a request.

        Raises:
            Unauthenticated, Unreadable: it is not known who calls.
            InsufficientScope, WrongAccount: the caller may not.
            RateLimited: the caller has called too often.
            InvalidJson: the body cannot be read.
            Invalid: with the faults of query, body and headers.
        """
        actor = self._authentication.actor(tx, scope)
        account = tx.account(actor.account_id).account
        scope["state"].account = account.name
        actor.require(*route.scopes)
        _check_tenant(scope["headers"], account)
        address = scope["client"][0] if scope.get("client") else ""
        if route.writes:  # the audit trail says where a change came from
            actor = replace(actor, address=address or None, request_id=scope["state"].id)
        self._limits.take(actor, account, address, is_search=route.is_search)
        headers = header_text(scope["headers"])
        try:
            query, value, plain = self._values(route, scope, body, headers)
        except Invalid as refusal:
            more = self._more_faults(tx.account(actor.account_id), actor, route, scope, body)
            raise Invalid(*refusal.faults, *more) from None
        key = idempotency.key_of(actor, headers, scope, plain) if route.writes else NO_KEY
        return Call(
            route=route,
            actor=actor,
            path=scope["path_params"],
            query=query,
            body=value,
            headers=headers,
            settings=self._app.settings,
            purpose_keys=self._app.purpose_keys,
            calendar_uids=self._app.calendar_uids,
            idempotency_key=key,
        )

    def _values(
        self, route: AnyRoute, scope: Scope, body: bytes, headers: Mapping[str, str]
    ) -> tuple[Any, Any, Any]:
        """Query and body as models, and the body as plain values."""
        faults: list[Fault] = []
        value: Any = None
        plain: Any = None
        if route.accepts.is_optional and not body:
            plain = {}
        elif route.accepts.body is not None:
            spellings = None if route.merges else self._spellings
            plain = read_json(body, faults, spellings, route.accepts.nullable)
        if route.accepts.raw is not None:
            value, plain = body, body.decode("latin-1")
        elif route.merges:
            value = plain  # only merged into what is there can it be judged
        elif plain is not None and (model := route.accepts.model_of(plain)) is not None:
            value = _validated(model, plain, faults)
        # Unknown parameters are faults even where there are none to take.
        parameters = read_query(scope["query_string"], faults, self._spellings)
        query = _validated(route.accepts.query or _NoQuery, parameters, faults)
        if route.writes:
            faults.extend(idempotency.faults_of(headers))
        if faults:
            raise Invalid(*faults)
        return query, value, plain

    def _more_faults(
        self, tx: AccountTx, actor: Actor, route: AnyRoute, scope: Scope, body: bytes
    ) -> Iterable[Fault]:
        if route.more_faults is None:
            return ()
        return route.more_faults(
            tx, actor, scope["path_params"], read_json(body, [], self._spellings)
        )


class _NoQuery(RequestModel):
    """No parameter is known."""


def _validated(model: type[RequestModel], value: Any, faults: list[Fault]) -> Any:
    try:
        return validated(model, value)
    except Invalid as refusal:
        faults.extend(refusal.faults)
        return None


def check_media_type(headers: Headers, taken: Sequence[str]) -> None:
    """Passes when the body is of one of these types as it is, and JSON in UTF-8.

    Raises:
        UnsupportedMediaType: another type, charset or coding.
    """
    value = (header(headers, b"content-type") or b"").decode("latin-1")
    media_type, _, parameters = value.partition(";")
    charset = parameters.strip().lower().replace(" ", "")
    is_json = taken[0] == JSON
    if media_type.strip().lower() not in taken or (is_json and charset not in _TEXT):
        in_utf8 = " in UTF-8" if is_json else ""
        raise UnsupportedMediaType(f"Send the body as {taken[0]}{in_utf8}")
    # RFC 9110 §15.5.16: a coding that is not supported is 415 too
    coding = header(headers, b"content-encoding")
    if coding is not None and coding.strip().lower() != b"identity":
        raise UnsupportedMediaType("Send the body as it is, without Content-Encoding")


def _check_tenant(headers: Headers, account: Account) -> None:
    """`X-TENANT-ID` is optional; sent, it is the id or the name of the caller's account."""
    for name, value in headers:
        if name == b"x-tenant-id":
            tenant = value.decode("latin-1").strip().lower()
            if tenant not in (account.id, account.name):
                raise WrongAccount


def header_text(headers: Headers) -> dict[str, str]:
    """The headers that routes look at; of a repeated one the values joined (RFC 9110 §5.3)."""
    text: dict[str, str] = {}
    for name, value in headers:
        if name in _READ_BY_ROUTES:
            key, decoded = name.decode(), value.decode("latin-1").strip()
            text[key] = f"{text[key]}, {decoded}" if key in text else decoded
    return text
