"""The authorization endpoint (RFC 6749 §3.1, §4.1): a person allows a client to act for them.

The pages of sign-in and consent post to the very address that the client sent the browser to, so
the request is read and judged again at every step, and nothing of it is stored in between.
"""

from starlette.routing import Route

from openslot.identity.accounts import issuer_of
from openslot.identity.oauth_errors import OAuthError
from openslot.web.http.response import Response
from openslot.web.oauth.authorize import flow
from openslot.web.oauth.authorize.checks import (
    Recipient,
    check_destination,
    read_request,
    recipient_of,
)
from openslot.web.oauth.authorize.errors import UnverifiedRecipient
from openslot.web.oauth.authorize.flow import AuthorizationFlow
from openslot.web.oauth.authorize.issue_code import client_named
from openslot.web.oauth.authorize.parameters import CLIENT_ID, Parameters, read_parameters
from openslot.web.page_kit.addresses import AUTHORIZATION
from openslot.web.page_kit.page_endpoint import page_route
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.redirects import see_other
from openslot.web.page_kit.refusals import PageRefused
from openslot.web.page_kit.rendering import Templates
from openslot.web.page_kit.session_pages import SessionPages

_FAULTY_APP = "The app that sent you here made an invalid request"
_TELL_THEM = "Please tell the provider of the app."
# CSP Level 3 §6.4.1: `form-action` would also bind the redirects that a client makes
_TEMPLATES = Templates("openslot.web.oauth", form_action=None)


class AuthorizationEndpoint:
    """Responds to GET, and to POST of a request (RFC 6749 §3.1) or of a form of its pages."""

    def __init__(self, pages: SessionPages) -> None:
        """`pages` have the templates of this room."""
        self._pages = pages

    async def __call__(self, page_request: PageRequest) -> Response:
        """A page, or the redirect to the client with a code or an error.

        Raises:
            PageRefused: it is not certain who the caller is, or where a redirect may lead.
        """
        parameters = read_parameters(page_request.query, page_request.body)
        try:
            recipient = await self._recipient(page_request, parameters)
        except UnverifiedRecipient as refusal:
            raise PageRefused(400, _FAULTY_APP, f"{refusal.detail} {_TELL_THEM}") from None
        try:
            public_url = self._pages.app.settings.public_url
            request = read_request(recipient, parameters, public_url)
            return await AuthorizationFlow(self._pages, page_request, request).next_step()
        except OAuthError as error:
            described = {"error": error.error, "error_description": error.description}
            return see_other(recipient.address_with(described))

    async def _recipient(self, page_request: PageRequest, parameters: Parameters) -> Recipient:
        check_destination(parameters)
        account = page_request.account
        client = await self._pages.app.database.read(
            account.id, client_named, parameters.one(CLIENT_ID) or ""
        )
        issuer = issuer_of(self._pages.app.settings.public_url, account.name)
        return recipient_of(client, parameters, issuer)


def authorize_route(shared: SessionPages) -> Route:
    """The endpoint's route."""
    pages = shared.with_templates(_TEMPLATES)
    endpoint = AuthorizationEndpoint(pages)
    return page_route(pages, AUTHORIZATION, {"GET": endpoint, "POST": endpoint}, flow.FIELDS)
