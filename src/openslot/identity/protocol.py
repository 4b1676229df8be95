"""What the OAuth endpoints read and say: the form, Basic credentials, and the error family.

Frameworks read forms leniently; RFC 6749 §3.2 wants every parameter once, so the reading is here.
"""

import binascii
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote_to_bytes

MOST_BODY_BYTES = 16_384

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")


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
        """What this error adds to the answer's header."""
        return {}

    def body(self) -> bytes:
        """The JSON of the answer."""
        return json.dumps({"error": self.error, "error_description": self.description}).encode()


class InvalidRequest(OAuthError):
    """A parameter is missing, repeated or unreadable."""

    error = "invalid_request"


class BodyTooLarge(InvalidRequest):
    """More than `MOST_BODY_BYTES`."""

    status = 413


class MethodNotAllowed(InvalidRequest):
    """RFC 6749 §3.2: the client MUST use POST."""

    status = 405

    @property
    def headers(self) -> Mapping[str, str]:
        """RFC 9110 §15.5.6: a 405 names the methods that there are."""
        return {"Allow": "POST"}


class InvalidClient(OAuthError):
    """The client is not who it says, or may no longer act. The one answer for every cause."""

    error = "invalid_client"
    status = 401

    def __init__(self, reason: str = "unreadable_credentials") -> None:
        """Says nothing of the cause, so that no answer tells which ids and accounts there are.

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


def parse_form(body: bytes, known: frozenset[str]) -> dict[str, str]:
    """The parameters of an application/x-www-form-urlencoded body.

    Parameters that are not `known` are read, so that they are not malformed, and left out.

    Raises:
        InvalidRequest: not UTF-8, a `%` without two hexadecimal digits, or a known parameter twice.
    """
    if _BAD_ESCAPE.search(body):
        raise InvalidRequest("A % in the body is not followed by two hexadecimal digits")
    values: dict[str, str] = {}
    seen: set[str] = set()
    for pair in body.split(b"&"):
        name_bytes, _, value_bytes = pair.partition(b"=")
        try:
            name, value = _form_decoded(name_bytes), _form_decoded(value_bytes)
        except UnicodeDecodeError as error:
            raise InvalidRequest("The body is not UTF-8") from error
        # RFC 6749 §3.2: the server MUST ignore unrecognized request parameters
        if name not in known:
            continue
        # RFC 6749 §3.2: parameters MUST NOT be included more than once
        if name in seen:
            raise InvalidRequest(f"The parameter {name} is there more than once")
        seen.add(name)
        # RFC 6749 §3.2: parameters sent without a value MUST be treated as if omitted
        if value:
            values[name] = value
    return values


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """A client id and secret as the client wrote them; nothing is verified."""

    client_id: str
    client_secret: str


def parse_basic(header: bytes) -> BasicCredentials | None:
    """The credentials of an `Authorization: Basic` header; None where it cannot be read."""
    scheme, _, encoded = header.partition(b" ")
    # RFC 9110 §11.1: the scheme is case-insensitive; RFC 9110 §11.6.2: then 1*SP
    encoded = encoded.lstrip(b" ")
    if scheme.lower() != b"basic" or not encoded:
        return None
    try:
        decoded = b64decode(encoded, validate=True)
    except binascii.Error:
        return None
    # RFC 4648 §3.5: one spelling only; `validate` lets stray bits pass
    if b64encode(decoded) != encoded or b":" not in decoded or _BAD_ESCAPE.search(decoded):
        return None
    # RFC 7617 §2: a user-id holds no colon, so the first one divides
    client_id, _, client_secret = decoded.partition(b":")
    try:
        # RFC 6749 §2.3.1: each is encoded as a form value first
        return BasicCredentials(_form_decoded(client_id), _form_decoded(client_secret))
    except UnicodeDecodeError:
        return None


def _form_decoded(text: bytes) -> str:
    if b"%" in text or b"+" in text:
        text = unquote_to_bytes(text.replace(b"+", b" "))
    return text.decode("utf-8")
