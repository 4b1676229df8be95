"""`/console/sign-in`: organisation, address and password, then a code where one is set up."""

from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from openslot.app import App
from openslot.identity.people import sign_in as identity
from openslot.identity.people.sign_in_outcomes import (
    EnrolmentNeeded,
    SecondFactorNeeded,
    SignedIn,
    SignInRefused,
    TicketVoid,
    WrongSecondFactor,
)
from openslot.kernel.errors import OpenslotError
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.formats.languages import language_of, words_of
from openslot.web.console.frame.rendering import ConsolePage, Rendering
from openslot.web.console.frame.serving.callers import Caller, Callers
from openslot.web.console.frame.serving.endpoint import query_of, refusal_page
from openslot.web.console.sign_in.sign_in_form import SignInForm, form_again, form_of
from openslot.web.http.problems import MethodNotAllowed
from openslot.web.http.response import Response
from openslot.web.http.transport import Headers, header, read_body, without_content
from openslot.web.page_kit.addresses import ACCOUNT_SECOND_FACTOR, CONSOLE, Addresses
from openslot.web.page_kit.cookies import SESSION, TICKET, Cookies, new_form_cookie
from openslot.web.page_kit.field_pairs import NOTHING, FieldPairs, parse
from openslot.web.page_kit.forms import FormTokens, check_origin
from openslot.web.page_kit.language.vocabulary import Words
from openslot.web.page_kit.page_request import STEP, TOKEN
from openslot.web.page_kit.redirects import see_other
from openslot.web.page_kit.refusals import PageRefused
from openslot.web.page_kit.sign_in_throttle import SignInThrottle

_MOST_BYTES = 256 * 1024  # with what was typed in another form
_PASSWORD, _CODE = "password", "code"  # the steps
_FORM, _HERE = "form", "console"  # together the name of the cookie that forms are bound to


class TypedPages(Protocol):
    """Shows the page of a form with what was typed there."""

    async def show(self, scope: Scope, caller: Caller, form: SignInForm) -> Response | None:
        """The page, for somebody who has just signed in; None: there is none."""


@dataclass(frozen=True)
class SignInParts:
    """What signing in needs."""

    app: App
    addresses: Addresses
    cookies: Cookies
    forms: FormTokens
    throttle: SignInThrottle
    callers: Callers
    rendering: Rendering
    origin: str
    base: str


class ConsoleSignIn:
    """An ASGI application."""

    def __init__(self, parts: SignInParts, typed: TypedPages) -> None:
        """Takes what signing in needs, and the pages that somebody may have been on."""
        self._parts = parts
        self._typed = typed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Responds to GET, HEAD and POST."""
        try:
            response = await self._responded(scope, receive)
        except (OpenslotError, PageRefused) as error:
            response = refusal_page(self._parts.rendering, scope, error)
        await response.send(without_content(send) if scope["method"] == "HEAD" else send)

    def again(self, headers: Headers, path: str, sent: FieldPairs) -> Response:
        """The form for somebody whose session had ended when a form of the console was sent."""
        account = self._parts.callers.named(headers)
        return _SignInAttempt(self._parts, headers, form_again(account, path, sent)).ask(status=401)

    async def _responded(self, scope: Scope, receive: Receive) -> Response:
        headers, query = scope["headers"], query_of(scope)
        if scope["method"] in ("GET", "HEAD"):
            attempt = _SignInAttempt(self._parts, headers, form_of(query, NOTHING))
            changed = await self._changed_account(headers, query, attempt.form)
            return changed or attempt.ask()
        if scope["method"] != "POST":
            raise MethodNotAllowed("GET, HEAD, POST")
        check_origin(headers, self._parts.origin)
        try:
            sent = parse(await read_body(scope, receive, _MOST_BYTES))
        except ValueError:
            sent = NOTHING
        attempt = _SignInAttempt(self._parts, headers, form_of(query, sent))
        client = scope.get("client")
        request_id = getattr(scope.get("state"), "id", None)
        outcome = await attempt.take(sent, client[0] if client else "", request_id)
        if isinstance(outcome, Response):
            return outcome
        return await self._let_in(scope, attempt.form, outcome)

    async def _changed_account(
        self, headers: Headers, query: FieldPairs, form: SignInForm
    ) -> Response | None:
        """Another account of this browser, without a password where its session lives."""
        if not query.one("account"):
            return None
        caller = await self._parts.callers.of_account(headers, form.account)
        if caller is None:
            return None
        cookie = self._parts.callers.choose(caller.account.name)
        return see_other(self._parts.base + (form.next or CONSOLE), cookie=cookie)

    async def _let_in(self, scope: Scope, form: SignInForm, signed_in: SignedIn) -> Response:
        """Goes on where somebody wanted to go; the session of an earlier cookie ends."""
        parts = self._parts
        await parts.callers.end_session(scope["headers"], form.account)
        cookies = (
            parts.cookies.write(SESSION, form.account, signed_in.text),
            parts.callers.choose(form.account),
        )
        if form.typed_at:
            caller = await parts.callers.of_cookie(form.account, signed_in.text)
            shown = await self._typed.show(scope, caller, form) if caller is not None else None
            if shown is not None:
                return replace(shown, cookies=(*shown.cookies, *cookies))
        location = see_other(parts.base + (form.next or CONSOLE))
        return Response(303, b"", location.headers, cookies)


class _SignInAttempt:
    """One request of a browser that is to sign in."""

    def __init__(self, parts: SignInParts, headers: Headers, form: SignInForm) -> None:
        self._parts = parts
        self._headers = headers
        self.form = form
        accepted = (header(headers, b"accept-language") or b"").decode("latin-1")
        self._language = language_of("", accepted, ())

    @property
    def _words(self) -> Words:
        return words_of(self._language)

    def ask(self, *, fault: str = "", status: int = 200) -> Response:
        """The page with the first form."""
        return self._page("sign_in/sign_in.html", _PASSWORD, {"fault": fault}, status)

    async def take(
        self, sent: FieldPairs, address: str, request_id: str | None
    ) -> Response | SignedIn:
        """Takes one of the forms: the next page, or who has signed in.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, TooManyWrongCodes: too many attempts.
            PasswordsBusy: too many people sign in at this moment.
        """
        parts, form, ticket = self._parts, self.form, sent.one("ticket")
        by_code = sent.one(STEP) == _CODE
        purpose = _purpose_of_code(form, ticket) if by_code else _PASSWORD
        cookie = parts.cookies.read(self._headers, _FORM, _HERE)
        parts.forms.check("", cookie, purpose, sent.one(TOKEN))
        account = await parts.callers.account_named(form.account)
        counted = (account.id if account is not None else "", form.email, address)
        parts.throttle.ask(*counted)
        origin = (address, request_id)
        try:
            if by_code:
                signed_in = await identity.second_factor(
                    parts.app, form.account, ticket, sent.one("code"), *origin
                )
            else:
                signed_in = await identity.sign_in(
                    parts.app, form.account, form.email, sent.one("password"), None, *origin
                )
        except SecondFactorNeeded as needed:
            parts.throttle.right(*counted)
            return self._ask_for_code(needed.ticket)
        except EnrolmentNeeded as needed:
            parts.throttle.right(*counted)
            return await self._to_enrolment(needed.ticket)
        except WrongSecondFactor:
            parts.throttle.wrong(address)
            return self._ask_for_code(
                ticket,
                fault=self._words.say("Wrong or used code. Enter the one that your app shows now."),
            )
        except TicketVoid:
            parts.throttle.wrong(address)
            return self.ask(fault=self._words.say("Too many wrong codes. Please sign in again."))
        except SignInRefused:
            parts.throttle.wrong(address)
            if by_code:
                return self.ask(fault=self._words.say("It took too long. Please sign in again."))
            return self.ask(fault=self._words.say("Incorrect email or password"))
        parts.throttle.right(*counted)
        return signed_in

    def _ask_for_code(self, ticket: str, *, fault: str = "") -> Response:
        values = {"fault": fault, "ticket": ticket}
        purpose = _purpose_of_code(self.form, ticket)
        return self._page("sign_in/code.html", purpose, values, 200)

    async def _to_enrolment(self, ticket: str) -> Response:
        """Sends the browser on to set up a second factor, and from there back to the console."""
        parts, account = self._parts, self.form.account
        await parts.callers.end_session(self._headers, account)
        wanted = quote(self.form.next or CONSOLE, safe="")
        path = f"{parts.addresses.of(ACCOUNT_SECOND_FACTOR, account)}?next={wanted}"
        cookies = (parts.cookies.write(TICKET, account, ticket), parts.callers.choose(account))
        return Response(303, b"", see_other(path).headers, cookies)

    def _page(self, template: str, purpose: str, values: dict[str, str], status: int) -> Response:
        words, parts = self._words, self._parts
        cookie = parts.cookies.read(self._headers, _FORM, _HERE)
        cookies: tuple[str, ...] = ()
        if cookie is None:
            cookie = new_form_cookie()
            cookies = (parts.cookies.write(_FORM, _HERE, cookie),)
        fault = values["fault"]
        field = "email" if template.endswith("sign_in.html") else "code"
        page = ConsolePage(
            words.say("Sign in"),
            template,
            {
                **values,
                "carried": self.form.carried,
                "token": parts.forms.make("", cookie, purpose),
            },
            FormValues(
                {"account": self.form.account, "email": self.form.email},
                faults={field: fault} if fault else {},
            ),
            status,
            cookies=cookies,
        )
        return parts.rendering.anonymous_page(words, self._language, page)


def _purpose_of_code(form: SignInForm, ticket: str) -> str:
    """Ties the person to the ticket: codes are counted for whoever the password was of."""
    return f"{_CODE} {form.account} {form.email} {ticket}"
