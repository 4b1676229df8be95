"""What happens before and after the own work of every page of the console."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from openslot.identity.people import sessions
from openslot.kernel.actor import InsufficientScope
from openslot.kernel.errors import NotFound, OpenslotError
from openslot.web.console.frame.address import Address, ConsoleAnswer
from openslot.web.console.frame.console import FORM_PURPOSE
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.languages import language_of, words_of
from openslot.web.console.frame.notices import Notices
from openslot.web.console.frame.refusals import FormNotRead, SignedOut, refusal_of
from openslot.web.console.frame.rendering import ConsolePage, Rendering
from openslot.web.console.frame.serving.callers import Caller, Callers
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response
from openslot.web.http.transport import Headers, header, read_body, without_content
from openslot.web.page_kit.addresses import CONSOLE_SIGN_IN
from openslot.web.page_kit.field_pairs import NOTHING, FieldPairs, parse
from openslot.web.page_kit.forms import FormTokens, check_origin
from openslot.web.page_kit.page_request import TOKEN
from openslot.web.page_kit.redirects import see_other
from openslot.web.page_kit.refusals import PageRefused

_FORM_TYPE = b"application/x-www-form-urlencoded"

# What a POST without a session is answered: the sign-in form, which keeps what was typed.
SignInAgain = Callable[[Headers, str, FieldPairs], Response]


@dataclass(frozen=True)
class Gate:
    """What every endpoint checks with."""

    callers: Callers
    forms: FormTokens
    rendering: Rendering
    notices: Notices
    origin: str
    base: str  # the path of `publicUrl`
    sign_in_again: SignInAgain

    def refused(self, request: ConsoleRequest, error: Exception) -> Response:
        """The page of a refusal for somebody who is signed in. Raises `error` where it has none."""
        refusal = refusal_of(error, request.words)
        if refusal is None:
            raise error
        page = ConsolePage(
            refusal.heading,
            "refused.html",
            {"detail": refusal.detail},
            status=refusal.status,
            headers=refusal.headers,
        )
        token = self.forms.make(request.account.id, request.session_cookie, FORM_PURPOSE)
        return self.rendering.page(request, page, self.notices, token)


class NothingHere:
    """Every path that is not there; whoever is signed in keeps the navigation."""

    def __init__(self, gate: Gate) -> None:
        """Takes what every endpoint checks with."""
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Responds 404."""
        gate = self._gate
        caller = await gate.callers.find(scope["headers"], sessions.peek)
        if caller is None:
            response = refusal_page(gate.rendering, scope, NotFound())
        else:
            response = gate.refused(request_of(scope, gate.base, caller, NOTHING), NotFound())
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)


class ConsoleEndpoint:
    """One path."""

    def __init__(self, gate: Gate, path: str, address: Address) -> None:
        """`path` is the route's, with its parameters in braces."""
        self._gate = gate
        self._slashes = path.count("/")
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Responds; every refusal is a page as well."""
        response = await self._responded(scope, receive)
        if not isinstance(response, Response):
            await response.run(scope, receive, send)
            return
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)

    async def _responded(self, scope: Scope, receive: Receive) -> ConsoleAnswer:
        request: ConsoleRequest | None = None
        try:
            handler = self._address.handler(scope["method"])
            if handler is None:
                raise MethodNotAllowed(self._address.allowed)
            self._check_spelling(scope)
            form = await self._form(scope, receive)
            look_up = sessions.peek if self._address.is_asked_by_pages else sessions.look_up
            caller = await self._gate.callers.find(scope["headers"], look_up)
            if caller is None:
                return self._signed_out(scope, form)
            scope["state"].account = caller.account.name  # the server's log names it
            if not self._address.is_asked_by_pages:
                caller = await self._gate.callers.with_attention(caller)
            request = request_of(scope, self._gate.base, caller, form)
            self._check(request)
            return await handler(request)
        except SignedOut:
            return self._signed_out(scope, request.form if request is not None else NOTHING)
        except (OpenslotError, PageRefused) as error:
            if request is not None:
                return self._gate.refused(request, error)
            return refusal_page(self._gate.rendering, scope, error)

    def _check(self, request: ConsoleRequest) -> None:
        """Passes for what the role may do, and for a form of ours."""
        if request.method == "POST":
            token = request.form.one(TOKEN)
            cookie = request.session_cookie
            self._gate.forms.check(request.account.id, cookie, FORM_PURPOSE, token)
        scope = self._address.scope_of(request.method)
        if not request.may(scope):
            raise InsufficientScope(scopes=[scope])

    def _signed_out(self, scope: Scope, form: FieldPairs) -> Response:
        path = own_address(scope)
        if scope["method"] == "POST":
            return self._gate.sign_in_again(scope["headers"], path, form)
        return see_other(f"{self._gate.base}{CONSOLE_SIGN_IN}?next={quote(path, safe='')}")

    async def _form(self, scope: Scope, receive: Receive) -> FieldPairs:
        if scope["method"] != "POST":
            await read_body(scope, receive, self._address.most_bytes)
            return NOTHING
        check_origin(scope["headers"], self._gate.origin)
        body = await read_body(scope, receive, self._address.most_bytes)
        media_type = header(scope["headers"], b"content-type") or b""
        if media_type.partition(b";")[0].strip().lower() != _FORM_TYPE:
            raise FormNotRead
        try:
            return parse(body)
        except ValueError:
            raise FormNotRead from None

    def _check_spelling(self, scope: Scope) -> None:
        # RFC 3986 §2.2: an escaped slash is another character than a slash
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        if raw_path.count(b"/") != self._slashes or scope["path"].endswith("\n"):
            raise NotFound


def request_of(
    scope: Scope, base: str, caller: Caller, form: FieldPairs, typed: FieldPairs = NOTHING
) -> ConsoleRequest:
    """The request of somebody who is signed in."""
    accepted = (header(scope["headers"], b"accept-language") or b"").decode("latin-1")
    preferences = caller.session.user.preferences
    locales = caller.account.content["locales"]
    client = scope.get("client")
    return ConsoleRequest(
        account=caller.account,
        session=caller.session,
        session_cookie=caller.cookie,
        language=language_of(preferences.language, accepted, locales),
        method=scope["method"],
        path=scope["path"],
        base=base,
        parameters=scope["path_params"],
        query=query_of(scope),
        form=form,
        address=client[0] if client else "",
        request_id=getattr(scope.get("state"), "id", None),
        headers=scope["headers"],
        attention=caller.attention,
        typed=typed,
    )


def query_of(scope: Scope) -> FieldPairs:
    """The fields of the query; a link that was cut in the middle of a letter has none."""
    try:
        return parse(scope["query_string"])
    except ValueError:
        return NOTHING


def own_address(scope: Scope) -> str:
    """The path and the query of a request, as they were asked for."""
    path = quote(scope["path"], safe="/")
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def refusal_page(rendering: Rendering, scope: Scope, error: Exception) -> Response:
    """The page of a refusal for whoever it may be. Raises `error` where it has none."""
    accepted = (header(scope["headers"], b"accept-language") or b"").decode("latin-1")
    language = language_of("", accepted, ())
    refusal = refusal_of(error, words_of(language))
    if refusal is None:
        raise error
    return rendering.refusal(refusal, words_of(language), language)
