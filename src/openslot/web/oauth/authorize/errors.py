"""What the authorization endpoint refuses with: a page, or an `error` that goes to the client."""

from openslot.identity.oauth_errors import OAuthError


class UnverifiedRecipient(Exception):
    """Neither the caller nor the way back is certain: a page for the person who is there.

    RFC 6749 §4.1.2.1: the server MUST NOT redirect to a redirection URI that is not verified.
    """

    def __init__(self, detail: str) -> None:
        """`detail` is for the developer of the client: what is wrong, and what to change."""
        super().__init__(detail)
        self.detail = detail


class UnsupportedResponseType(OAuthError):
    """RFC 6749 §4.1.2.1: another response type than `code`."""

    error = "unsupported_response_type"


class AccessDenied(OAuthError):
    """RFC 6749 §4.1.2.1: the person denies access, or their role does."""

    error = "access_denied"


class RequestNotSupported(OAuthError):
    """OpenID Connect Core §3.1.2.6: request objects are not supported."""

    error = "request_not_supported"


class RequestUriNotSupported(OAuthError):
    """OpenID Connect Core §3.1.2.6: nor are they where they are only named."""

    error = "request_uri_not_supported"


class LoginRequired(OAuthError):
    """OpenID Connect Core §3.1.2.6: nobody is signed in, and the client wants no page shown."""

    error = "login_required"


class ConsentRequired(OAuthError):
    """OpenID Connect Core §3.1.2.6: consent is missing, and the client wants no page shown."""

    error = "consent_required"
