"""What the pages share, wired once a process."""

from dataclasses import dataclass
from typing import Any

from openslot.app import App
from openslot.identity.model.session import Session
from openslot.identity.model.user import User
from openslot.identity.people import sessions
from openslot.identity.people.totp import sealing_key
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.http.languages import choose, text_in
from openslot.web.http.response import Response
from openslot.web.http.transport import header
from openslot.web.page_kit.cookies import FORM, Cookies, new_form_cookie
from openslot.web.page_kit.forms import FormTokens, check_origin, origin_of
from openslot.web.page_kit.page_request import TOKEN, PageRequest
from openslot.web.page_kit.redirects import see_other
from openslot.web.sign_in import addresses as paths
from openslot.web.sign_in.addresses import Addresses
from openslot.web.sign_in.throttle import SignInThrottle

# The addresses that templates name
_LINKED = (
    "SIGN_IN",
    "SIGN_OUT",
    "OWN_ACCOUNT",
    "OWN_PASSWORD",
    "OWN_SECOND_FACTOR",
    "OWN_SECOND_FACTOR_END",
    "OWN_SESSIONS_END",
    "OWN_GRANT_END",
)


@dataclass(frozen=True)
class Pages:
    """The parts, and what nearly every page does with them."""

    app: App
    addresses: Addresses
    cookies: Cookies
    forms: FormTokens
    throttle: SignInThrottle
    origin: str
    second_factors_key: bytes

    async def session(self, page_request: PageRequest) -> Session | None:
        """Who is signed in."""
        if page_request.session_cookie is None:
            return None
        return await sessions.look_up(
            self.app.database, page_request.account.id, page_request.session_cookie
        )

    async def end_session(self, page_request: PageRequest) -> None:
        """Ends whatever session this browser's cookie is of."""
        if page_request.session_cookie is not None:
            await self.app.database.write(
                page_request.account.id, _end, page_request.session_cookie
            )

    def actor(self, page_request: PageRequest, user: User) -> Actor:
        """Who does something on a page, for the audit trail."""
        return Actor(
            page_request.account.id,
            "user",
            user.id,
            frozenset(),
            page_request.address,
            page_request.request_id,
        )

    def check_form(self, page_request: PageRequest, purpose: str, *, signed_in: bool) -> None:
        """Passes for a form of ours, given to this browser for this purpose.

        Raises:
            Refused: it is not.
        """
        check_origin(page_request.headers, self.origin)
        cookie = page_request.session_cookie if signed_in else page_request.form_cookie
        self.forms.check(page_request.account.id, cookie, purpose, page_request.form.get(TOKEN, ""))

    async def session_of_form(self, page_request: PageRequest, purpose: str) -> Session | None:
        """Who sent a form for who is signed in; None: the session ended meanwhile.

        Raises:
            Refused: the form is not one of ours, or another session's.
        """
        if page_request.session_cookie is None:
            return None
        self.check_form(page_request, purpose, signed_in=True)
        return await self.session(page_request)

    def signed_in_token(self, page_request: PageRequest, purpose: str) -> str:
        """The token of a form for who is signed in: it ends with the session."""
        return self.forms.make(page_request.account.id, page_request.session_cookie or "", purpose)

    def to(
        self, page_request: PageRequest, path: str, *, cookie: str | None = None, query: str = ""
    ) -> Response:
        """Sends the browser on to another page of the account."""
        return see_other(self.addresses.of(path, page_request.account.name) + query, cookie=cookie)

    def form_page(
        self, page_request: PageRequest, purpose: str, template: str, **values: Any
    ) -> Response:
        """A page with a form for a browser in which nobody is signed in; sets its cookie."""
        from openslot.web.page_kit.rendering import page  # noqa: PLC0415  (templates: 40 ms)

        cookie = page_request.form_cookie or new_form_cookie()
        more_headers = dict(values.pop("more_headers", None) or {})
        if cookie != page_request.form_cookie:
            more_headers["Set-Cookie"] = self.cookies.write(FORM, page_request.account.name, cookie)
        return page(
            template,
            more_headers=more_headers,
            token=self.forms.make(page_request.account.id, cookie, purpose),
            account_title=title_of(page_request),
            **values,
        )

    def own_page(
        self, page_request: PageRequest, session: Session, template: str, **values: Any
    ) -> Response:
        """A page for who is signed in; it asks for the token of each form by its purpose."""
        from openslot.web.page_kit.rendering import page  # noqa: PLC0415

        return page(
            template,
            token_for=lambda purpose: self.signed_in_token(page_request, purpose),
            address_of=lambda path, **more: self.addresses.of(
                path, page_request.account.name, **more
            ),
            account_title=title_of(page_request),
            user=session.user,
            **{name: getattr(paths, name) for name in _LINKED},
            **values,
        )


def _end(tx: AccountTx, text: str) -> None:
    session = sessions.find(tx, text)
    if session is not None:
        sessions.end(tx, session)


def title_of(page_request: PageRequest) -> str:
    """What the account calls itself, in a language of the visitor's."""
    content = page_request.account.content
    locales = tuple(content["locales"])
    accepted = header(page_request.headers, b"accept-language") or b""
    locale = choose(accepted.decode("latin-1"), locales)
    return text_in(content["title"], locale, locales)


def pages_of(app: App) -> Pages:
    """The parts for an application."""
    settings = app.settings
    return Pages(
        app=app,
        addresses=Addresses(settings.public_url),
        cookies=Cookies(settings.public_url),
        forms=FormTokens(settings.master_key_bytes),
        throttle=SignInThrottle(settings),
        origin=origin_of(settings.public_url),
        second_factors_key=sealing_key(settings.master_key_bytes),
    )
