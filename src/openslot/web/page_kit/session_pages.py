"""Pages for people who sign in: sessions of the account, and forms that end with them."""

from dataclasses import dataclass
from typing import Any

from openslot.app import App
from openslot.identity.model.session import Session
from openslot.identity.model.user import User
from openslot.identity.people import sessions
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import Addresses
from openslot.web.page_kit.cookies import Cookies
from openslot.web.page_kit.forms import FormTokens, origin_of
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.pages import Pages, title_of
from openslot.web.page_kit.rendering import Templates
from openslot.web.page_kit.sign_in_throttle import SignInThrottle

_TEMPLATES = Templates()


@dataclass(frozen=True)
class SessionPages(Pages):
    """`Pages` that know who is signed in."""

    sign_in_throttle: SignInThrottle

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

    async def session_of_form(self, page_request: PageRequest, purpose: str) -> Session | None:
        """Who sent a form of `session_page`; None: the session has ended.

        Raises:
            PageRefused: the form is not one of ours, or another session's, or lost its cookie.
        """
        self.check_session_form(page_request, purpose)
        return await self.session(page_request)

    def check_session_form(self, page_request: PageRequest, purpose: str) -> None:
        """Passes for a form that was given to this session for this purpose.

        Raises:
            PageRefused: it is not.
        """
        self.check_form_of(page_request, page_request.session_cookie, purpose)

    def session_token(self, page_request: PageRequest, purpose: str) -> str:
        """The token of a form for the person who is signed in: it ends with the session."""
        return self.forms.make(page_request.account.id, page_request.session_cookie or "", purpose)

    def session_page(
        self, page_request: PageRequest, session: Session, template: str, **values: Any
    ) -> Response:
        """A page for the person who is signed in; the template asks for the token of each form."""
        return self.templates.page(
            template,
            token_for=lambda purpose: self.session_token(page_request, purpose),
            address_of=lambda path, **more: self.addresses.of(
                path, page_request.account.name, **more
            ),
            account_title=title_of(page_request),
            user=session.user,
            **values,
        )


def actor_of_page(page_request: PageRequest, user: User) -> Actor:
    """Who does something on a page, for the audit trail."""
    return Actor(
        page_request.account.id,
        "user",
        user.id,
        frozenset(),
        page_request.address,
        page_request.request_id,
    )


def session_pages(app: App) -> SessionPages:
    """The pages of an application, with the templates of the kit alone."""
    settings = app.settings
    return SessionPages(
        app=app,
        addresses=Addresses(settings.public_url),
        cookies=Cookies(settings.public_url),
        forms=FormTokens(app.purpose_keys),
        origin=origin_of(settings.public_url),
        templates=_TEMPLATES,
        sign_in_throttle=SignInThrottle(settings),
    )


def _end(tx: AccountTx, text: str) -> None:
    session = sessions.find(tx, text)
    if session is not None:
        sessions.end(tx, session)
