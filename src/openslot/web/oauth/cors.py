"""The OAuth endpoints for apps in browsers (the Fetch standard's CORS protocol)."""

from collections.abc import Mapping

from openslot.web.http.callers.client_origins import ClientOrigins, origin_in
from openslot.web.http.callers.cors import TRACING
from openslot.web.http.response import Response
from openslot.web.oauth.request_headers import OAuthHeaders
from openslot.web.oauth.responses import oauth_response

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": f"authorization, content-type, dpop, {TRACING}, x-account",
    "Access-Control-Max-Age": "600",  # seconds
}
_VARY = {"Vary": "Origin"}


async def preflight(origins: ClientOrigins, account: str | None, headers: OAuthHeaders) -> Response:
    """The response to a browser that asks whether a page may send, without `cors_headers`."""
    allowed = await origins.is_allowed(account, origin_in(headers.origin))
    return oauth_response(204, headers=_PREFLIGHT if allowed else None)


async def cors_headers(
    origins: ClientOrigins, account: str | None, headers: OAuthHeaders
) -> Mapping[str, str]:
    """What lets the page read a response, if it is a public client's."""
    origin = origin_in(headers.origin)
    if not await origins.is_allowed(account, origin):
        return _VARY
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "WWW-Authenticate, Retry-After",
        **_VARY,
    }
