"""The errors of the OAuth endpoints, in the words of RFC 6749 §5.2 and RFCs that add to it."""

import json
from collections.abc import Mapping
from typing import ClassVar


class OAuthError(Exception):
    """A refusal in the words of RFC 6749 §5.2; subclasses are its error codes."""

    error: ClassVar[str]
    status: ClassVar[int] = 400

    def __init__(self, description: str) -> None:
        """`description` is for the developer of the client, in printable ASCII without quotes."""
        super().__init__(description)
        self.description = description

    @property
    def headers(self) -> Mapping[str, str]:
        """What this error adds to the response's header."""
        return {}

    def body(self) -> bytes:
        """The JSON of the response."""
        return json.dumps({"error": self.error, "error_description": self.description}).encode()


class InvalidRequest(OAuthError):
    """A parameter is missing, repeated or unreadable."""

    error = "invalid_request"


class FormTooLarge(InvalidRequest):
    """The body is larger than the endpoints read."""

    status = 413


class PostRequired(InvalidRequest):
    """RFC 6749 §3.2: the client MUST use POST."""

    status = 405

    @property
    def headers(self) -> Mapping[str, str]:
        """RFC 9110 §15.5.6: a 405 names the methods that there are."""
        return {"Allow": "POST"}


class InvalidClient(OAuthError):
    """The client is not who it says, or may no longer act. The one error for every cause."""

    error = "invalid_client"
    status = 401

    def __init__(self, reason: str = "unreadable_credentials") -> None:
        """Says nothing of the cause, so that no response tells which ids and accounts there are.

        `reason` is for the account's audit trail alone.
        """
        super().__init__("Client authentication failed")
        self.reason = reason

    @property
    def headers(self) -> Mapping[str, str]:
        """RFC 6749 §5.2: with the scheme the client may use."""
        return {"WWW-Authenticate": 'Basic realm="openslot"'}


class InvalidGrant(OAuthError):
    """The code or refresh token is not valid, has ended, or is another client's."""

    error = "invalid_grant"


class UnauthorizedClient(OAuthError):
    """The client is not registered for this grant."""

    error = "unauthorized_client"


class UnsupportedGrantType(OAuthError):
    """There is no such grant here."""

    error = "unsupported_grant_type"


class InvalidScope(OAuthError):
    """A scope is unknown, not allowed to this client, or badly written."""

    error = "invalid_scope"


class InvalidTarget(OAuthError):
    """RFC 8707 §2: the resource is another one than the API, or there are several."""

    error = "invalid_target"


class InvalidDpopProof(OAuthError):
    """The proof of possession is missing, wrong or used before (RFC 9449 §5)."""

    error = "invalid_dpop_proof"


class TemporarilyUnavailable(OAuthError):
    """Not at the moment; the code is RFC 6749 §4.1.2.1's."""

    error = "temporarily_unavailable"
    status = 503

    @property
    def headers(self) -> Mapping[str, str]:
        """When to try again, in seconds."""
        return {"Retry-After": "1"}


class Damaged(OAuthError):
    """The database is damaged: trying again does not help (RFC 6749 §4.1.2.1 has the code)."""

    error = "server_error"
    status = 503

    def __init__(self) -> None:
        """There is one thing to say."""
        super().__init__("database_damaged: The database is damaged; its operator must repair it")


class TooManyRequests(TemporarilyUnavailable):
    """More than a limit allows; says the same of clients that there are and that there are not."""

    status = 429

    def __init__(self, description: str, retry_after_seconds: int) -> None:
        """`retry_after_seconds` is when the next one is let through."""
        super().__init__(description)
        self.retry_after_seconds = retry_after_seconds

    @property
    def headers(self) -> Mapping[str, str]:
        """When to try again, in seconds."""
        return {"Retry-After": str(self.retry_after_seconds)}
