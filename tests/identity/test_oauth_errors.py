"""The family of OAuth errors."""

from openslot.identity.oauth_errors import InvalidClient, OAuthError
from openslot.web.oauth.authorize import errors as authorize_errors


def _all_errors(cls: type[OAuthError]) -> list[type[OAuthError]]:
    return [cls, *(one for sub in cls.__subclasses__() for one in _all_errors(sub))]


def test_errors_speak_rfc_6749() -> None:
    """Each code is one of the RFCs', and a 401 names the scheme that the client may use."""
    errors = _all_errors(OAuthError)[1:]
    assert authorize_errors.AccessDenied in errors
    for error in errors:
        assert error.error in {
            "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
            "unsupported_grant_type", "invalid_scope", "temporarily_unavailable",
            "invalid_dpop_proof",  # RFC 9449 §12.2
            # RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6: at the redirect URI
            "unsupported_response_type", "access_denied", "request_not_supported",
            "login_required", "consent_required", "request_uri_not_supported",
            "invalid_target",  # RFC 8707 §2
            "server_error",
        }  # fmt: skip
    assert InvalidClient().headers["WWW-Authenticate"] == 'Basic realm="openslot"'
