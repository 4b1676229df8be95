"""What stands between a good authorization request and its code: sign-in, then consent."""

from openslot.identity.clients.redirect_uris import destination_of
from openslot.identity.model.session import Session
from openslot.identity.people import consents
from openslot.kernel.clock import now_ms
from openslot.web.http.response import Response
from openslot.web.http.transport import header
from openslot.web.oauth.authorize.checks import (
    CONSENT,
    LOGIN,
    NONE,
    SELECT_ACCOUNT,
    AuthorizationRequest,
)
from openslot.web.oauth.authorize.errors import AccessDenied, ConsentRequired, LoginRequired
from openslot.web.oauth.authorize.issue_code import delegable, issue_code
from openslot.web.page_kit import sign_in_flow
from openslot.web.page_kit.addresses import ACCOUNT_PAGE, AUTHORIZATION
from openslot.web.page_kit.page_request import STEP, PageRequest
from openslot.web.page_kit.redirects import see_other
from openslot.web.page_kit.refusals import foreign_form
from openslot.web.page_kit.session_pages import SessionPages
from openslot.web.page_kit.sign_in_flow import HostPage, SignInFlow
from openslot.web.page_kit.texts import sentences

FIELDS = sign_in_flow.FIELDS | {"decision"}  # of the forms of its pages

_CONSENT_STEP = "consent"
_SIGN_IN_PROMPTS = frozenset({LOGIN, SELECT_ACCOUNT})


class AuthorizationFlow:
    """One request of a browser, made when its parameters have passed the checks."""

    def __init__(
        self, pages: SessionPages, page_request: PageRequest, request: AuthorizationRequest
    ) -> None:
        """`pages` have the templates of this room."""
        self._pages = pages
        self._page_request = page_request
        self._request = request

    async def next_step(self) -> Response:
        """The page that comes next, or the redirect to the client when none does.

        Raises:
            OAuthError: there is no code; the client is told why.
            PageRefused: a form is not one of ours.
            RateLimited, PasswordsBusy: nobody can sign in now.
        """
        step = self._page_request.form.get(STEP)
        if step in sign_in_flow.STEPS:
            return await self._sign_in()
        session = await self._recent_session()
        if step == _CONSENT_STEP:
            return await self._take_consent(session)
        if session is None and self._comes_without_cookies:
            return see_other(self._address())
        return await self._ask_or_redirect(session)

    async def _recent_session(self) -> Session | None:
        """Who is signed in, unless the client wants them to do it again."""
        session = await self._pages.session(self._page_request)
        most = self._request.max_age_seconds
        if session is None or most is None:
            return session
        # OpenID Connect Core §3.1.2.1: 0 is as `prompt=login`
        return session if now_ms() - session.signed_in_at < most * 1000 else None

    async def _ask_or_redirect(self, session: Session | None) -> Response:
        """The page that is still needed, or a code when none is."""
        prompts = self._request.prompts
        if session is None and NONE in prompts:
            raise LoginRequired("The user is not signed in")
        if session is None or prompts & _SIGN_IN_PROMPTS:
            return self._sign_in_flow.ask()
        scopes = delegable(self._request, session.user)
        # RFC 8252 §8.6: consent to a client is none to a program that cannot prove to be it
        if CONSENT not in prompts and self._request.recipient.is_proved:
            agreed = await self._pages.app.database.read(
                self._page_request.account.id,
                consents.covers,
                session.user.id,
                self._request.recipient.client.client_id,
                scopes,
            )
            if agreed:
                return await self._redirect_with_code(scopes, just_agreed=False)
        if NONE in prompts:
            raise ConsentRequired("The user has not consented to this request yet")
        return self._ask_consent(session, scopes)

    async def _sign_in(self) -> Response:
        outcome = await self._sign_in_flow.take_form()
        if isinstance(outcome, Response):
            return outcome
        return see_other(self._after_sign_in(), cookie=outcome)

    async def _take_consent(self, session: Session | None) -> Response:
        """Takes the consent page's form, whose token is for this request and these scopes."""
        if self._page_request.session_cookie is None:
            raise foreign_form()
        if session is None:
            return self._sign_in_flow.ask()
        scopes = delegable(self._request, session.user)
        self._pages.check_session_form(self._page_request, self._consent_to(scopes))
        if self._page_request.form.get("decision") != "allow":
            raise AccessDenied("The user denied access")
        return await self._redirect_with_code(scopes, just_agreed=True)

    async def _redirect_with_code(self, scopes: tuple[str, ...], *, just_agreed: bool) -> Response:
        code = await self._pages.app.database.write(
            self._page_request.account.id,
            issue_code,
            self._request,
            self._page_request.session_cookie or "",
            scopes,
            just_agreed=just_agreed,
        )
        return see_other(self._request.recipient.address_with({"code": code}))

    def _ask_consent(self, session: Session, scopes: tuple[str, ...]) -> Response:
        page_request, recipient = self._page_request, self._request.recipient
        return self._pages.session_page(
            page_request,
            session,
            "consent.html",
            client_name=recipient.client.name,
            sentences=sentences(scopes),
            token=self._pages.session_token(page_request, self._consent_to(scopes)),
            action=self._address(),
            destination=destination_of(recipient.redirect_uri),
            account_page=self._pages.addresses.of(ACCOUNT_PAGE, page_request.account.name),
            other_user=self._address(prompt=self._prompt_for_other_user),
        )

    @property
    def _sign_in_flow(self) -> SignInFlow:
        host = HostPage(
            action=self._address(),
            client_name=self._request.recipient.client.name,
            continues=self._after_sign_in().partition("?")[2],
        )
        return SignInFlow(self._pages, self._page_request, host)

    @property
    def _prompt_for_other_user(self) -> str:
        return " ".join(sorted(self._request.prompts | {SELECT_ACCOUNT}))

    @property
    def _comes_without_cookies(self) -> bool:
        """Another site's form carries no `Lax` cookie; the same request by GET does."""
        return (
            self._page_request.method == "POST"
            and header(self._page_request.headers, b"sec-fetch-site") == b"cross-site"
        )

    def _after_sign_in(self) -> str:
        """This request once more: the user has signed in, what else it wants asked still is."""
        left = " ".join(sorted(self._request.prompts - _SIGN_IN_PROMPTS)) or None
        return self._address(prompt=left, max_age=None)

    def _consent_to(self, scopes: tuple[str, ...]) -> str:
        return f"{_CONSENT_STEP} {self._request.parameters.query()} {' '.join(scopes)}"

    def _address(self, **instead: str | None) -> str:
        """This endpoint with this request: the only address that its pages lead to."""
        path = self._pages.addresses.of(AUTHORIZATION, self._page_request.account.name)
        return f"{path}?{self._request.parameters.query(**instead)}"
