"""The authorization endpoint (RFC 6749 §3.1, §4.1): a person lets a client act for them.

The pages of sign-in and consent post to the very address that the client sent the browser to, so
the request is read and judged anew at every step, and nothing of it is kept in between.
"""

from collections.abc import Mapping

from starlette.routing import Route

from openslot.identity.accounts import issuer_of
from openslot.identity.clients.redirect_uris import answered, origin_of
from openslot.identity.model.session import Session
from openslot.identity.oauth_errors import OAuthError
from openslot.identity.people import consents
from openslot.web.http.response import Response
from openslot.web.http.transport import header
from openslot.web.oauth import authorize_checks, authorize_parameters
from openslot.web.oauth.authorize_checks import (
    CONSENT,
    LOGIN,
    NONE,
    AnswerTo,
    AuthorizationRequest,
)
from openslot.web.oauth.authorize_errors import (
    AccessDenied,
    ConsentRequired,
    LoginRequired,
    NotAnswerable,
)
from openslot.web.oauth.authorize_parameters import CLIENT_ID, STATE, Parameters
from openslot.web.oauth.issue_code import client_named, delegable, issue_code
from openslot.web.page_kit.page_request import STEP, PageRequest
from openslot.web.page_kit.redirects import see_other
from openslot.web.page_kit.refusals import Refused
from openslot.web.sign_in import sign_in_flow, texts
from openslot.web.sign_in.addresses import AUTHORIZE, OWN_ACCOUNT
from openslot.web.sign_in.pages import Pages
from openslot.web.sign_in.routes import page_route
from openslot.web.sign_in.sign_in_flow import Place

_CONSENT_STEP = "consent"
_NOT_ANSWERABLE = "This program has sent you here with a request that cannot be answered"


class Authorize:
    """Answers GET, and POST of a request (RFC 6749 §3.1) or of one of the pages' forms."""

    def __init__(self, pages: Pages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def __call__(self, page_request: PageRequest) -> Response:
        """A page, or the way back to the client with a code or an error."""
        parameters = authorize_parameters.read(page_request.query, page_request.body)
        try:
            to = await self._answer_to(page_request, parameters)
        except NotAnswerable as refusal:
            raise Refused(400, _NOT_ANSWERABLE, refusal.detail) from None
        try:
            request = authorize_checks.read_request(to, parameters)
            return await self._step(page_request, parameters, request)
        except OAuthError as error:
            return self._back(page_request, to, parameters, _said(error))

    async def _answer_to(self, page_request: PageRequest, parameters: Parameters) -> AnswerTo:
        authorize_checks.single(parameters)
        client = await self._pages.app.database.read(
            page_request.account.id, client_named, parameters.one(CLIENT_ID) or ""
        )
        return authorize_checks.answer_to(client, parameters)

    async def _step(
        self, page_request: PageRequest, parameters: Parameters, request: AuthorizationRequest
    ) -> Response:
        step = page_request.form.get(STEP)
        if step in sign_in_flow.STEPS:
            return await self._sign_in(page_request, parameters, request)
        if step == _CONSENT_STEP:
            return await self._decided(page_request, parameters, request)
        session = await self._pages.session(page_request)
        if session is None and _hides_cookies(page_request):
            return see_other(self._address(page_request, parameters))
        return await self._ask_or_give(page_request, parameters, request, session)

    async def _ask_or_give(
        self,
        page_request: PageRequest,
        parameters: Parameters,
        request: AuthorizationRequest,
        session: Session | None,
    ) -> Response:
        """The page that is still needed, or a code when none is."""
        if session is None and NONE in request.prompts:
            raise LoginRequired("Nobody is signed in")
        if session is None or LOGIN in request.prompts:
            return sign_in_flow.ask(
                self._pages, page_request, self._place(page_request, parameters, request)
            )
        scopes = delegable(request, session.user)
        agreed = await self._pages.app.database.read(
            page_request.account.id,
            consents.covers,
            session.user.id,
            request.client.client_id,
            scopes,
        )
        if agreed and CONSENT not in request.prompts:
            return await self._give(page_request, parameters, request, scopes, ask=False)
        if NONE in request.prompts:
            raise ConsentRequired("The user has not agreed to this yet")
        return self._ask_consent(page_request, parameters, request, session, scopes)

    async def _sign_in(
        self, page_request: PageRequest, parameters: Parameters, request: AuthorizationRequest
    ) -> Response:
        place = self._place(page_request, parameters, request)
        answer = await sign_in_flow.answer(self._pages, page_request, place)
        if isinstance(answer, Response):
            return answer
        # `prompt=login` has been done; what else the client wants asked still is.
        left = " ".join(sorted(request.prompts - {LOGIN})) or None
        return see_other(self._address(page_request, parameters, prompt=left), cookie=answer)

    async def _decided(
        self, page_request: PageRequest, parameters: Parameters, request: AuthorizationRequest
    ) -> Response:
        """Takes the consent page's form, whose token is for this request and these scopes."""
        session = await self._pages.session(page_request)
        if session is None:
            return sign_in_flow.ask(
                self._pages, page_request, self._place(page_request, parameters, request)
            )
        scopes = delegable(request, session.user)
        self._pages.check_form(page_request, _consent_to(parameters, scopes), signed_in=True)
        if page_request.form.get("decision") != "allow":
            raise AccessDenied("The user does not let the client in")
        return await self._give(page_request, parameters, request, scopes, ask=True)

    async def _give(
        self,
        page_request: PageRequest,
        parameters: Parameters,
        request: AuthorizationRequest,
        scopes: tuple[str, ...],
        *,
        ask: bool,
    ) -> Response:
        code = await self._pages.app.database.write(
            page_request.account.id,
            issue_code,
            request,
            page_request.session_cookie or "",
            scopes,
            remember=ask,
        )
        return self._back(
            page_request, AnswerTo(request.client, request.redirect_uri), parameters, {"code": code}
        )

    def _back(
        self,
        page_request: PageRequest,
        to: AnswerTo,
        parameters: Parameters,
        answer: Mapping[str, str],
    ) -> Response:
        """To the client, with `state` as it came and the issuer (RFC 9207 §2), errors as well."""
        state = parameters.one(STATE)
        members = {**answer, **({} if state is None else {STATE: state})}
        members["iss"] = issuer_of(self._pages.app.settings.public_url, page_request.account.name)
        return see_other(answered(to.redirect_uri, members))

    def _ask_consent(
        self,
        page_request: PageRequest,
        parameters: Parameters,
        request: AuthorizationRequest,
        session: Session,
        scopes: tuple[str, ...],
    ) -> Response:
        place = self._place(page_request, parameters, request)
        return self._pages.own_page(
            page_request,
            session,
            "consent.html",
            leads_to=place.leads_to,
            client_name=request.client.name,
            sentences=texts.sentences(scopes),
            token=self._pages.signed_in_token(page_request, _consent_to(parameters, scopes)),
            action=place.action,
            destination=origin_of(request.redirect_uri).partition("://")[2],
            own_account=self._pages.addresses.of(OWN_ACCOUNT, page_request.account.name),
            other_user=self._address(page_request, parameters, prompt=LOGIN),
        )

    def _place(
        self, page_request: PageRequest, parameters: Parameters, request: AuthorizationRequest
    ) -> Place:
        return Place(
            action=self._address(page_request, parameters),
            client_name=request.client.name,
            leads_to=_policy_sources(request.redirect_uri),
        )

    def _address(
        self, page_request: PageRequest, parameters: Parameters, **instead: str | None
    ) -> str:
        """This endpoint with this request: the only address that a page leads to."""
        path = self._pages.addresses.of(AUTHORIZE, page_request.account.name)
        return f"{path}?{parameters.query(**instead)}"


def _consent_to(parameters: Parameters, scopes: tuple[str, ...]) -> str:
    return f"{_CONSENT_STEP} {parameters.query()} {' '.join(scopes)}"


def _said(error: OAuthError) -> dict[str, str]:
    return {"error": error.error, "error_description": error.description}


def _hides_cookies(page_request: PageRequest) -> bool:
    """Another site's form carries no `Lax` cookie; the same request by GET does."""
    return (
        page_request.method == "POST"
        and header(page_request.headers, b"sec-fetch-site") == b"cross-site"
    )


def _policy_sources(redirect_uri: str) -> str:
    """Where the forms of a page may lead, for its Content-Security-Policy.

    Chromium follows the redirects after a form and stops at an origin that is not named, also
    where the client sends the browser on to a second host of its own, which nobody here can
    name: the button would do nothing. So the scheme is what is held to.
    """
    return "https:" if redirect_uri.startswith("https:") else "http: https:"


def authorize_route(pages: Pages) -> Route:
    """The endpoint's route."""
    authorize = Authorize(pages)
    return page_route(pages, AUTHORIZE, {"GET": authorize, "POST": authorize})
