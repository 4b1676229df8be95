"""The rules of an authorization request, one function each, in the order in which they are asked.

First client and redirect URI: until both are verified, a refusal is a page and never a redirect
(RFC 6749 §4.1.2.1). Then the rest, whose refusals go back to the client. The first that raises
gives the answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from openslot.identity.clients import redirect_uris
from openslot.identity.model.client import Client
from openslot.identity.oauth_errors import InvalidRequest, UnauthorizedClient
from openslot.identity.tokens.grant_types import AUTHORIZATION_CODE
from openslot.identity.tokens.scope_parameter import granted
from openslot.web.oauth.authorize_errors import (
    NotAnswerable,
    RequestNotSupported,
    UnsupportedResponseType,
)
from openslot.web.oauth.authorize_parameters import (
    CLIENT_ID,
    PROMPT,
    REDIRECT_URI,
    STATE,
    Parameters,
)

CODE = "code"  # the one response type
S256 = "S256"  # the one code challenge method
QUERY = "query"  # the one response mode
LOGIN, CONSENT, NONE = "login", "consent", "none"
PROMPTS = frozenset({LOGIN, CONSENT, NONE})

# RFC 7636 §4.2, RFC 9449 §10: base64url of a SHA-256 digest, without padding
_SHA256 = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """Who gets the answer, and where: both verified."""

    client: Client
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request without a fault. Nobody has been asked yet."""

    client: Client
    redirect_uri: str
    asked_redirect_uri: str | None  # the parameter as it came; the token request repeats it
    state: str | None
    scopes: tuple[str, ...]  # that the client asks for and is allowed
    code_challenge: str
    dpop_jkt: str | None
    prompts: frozenset[str]


def single(parameters: Parameters) -> None:
    """What says where an answer goes comes once (RFC 6749 §3.1)."""
    for name in (CLIENT_ID, REDIRECT_URI):
        if name in parameters.repeated:
            raise NotAnswerable(f"The parameter {name} is there more than once.")
    if parameters.one(CLIENT_ID) is None:
        raise NotAnswerable("The parameter client_id is missing.")


def answer_to(client: Client | None, parameters: Parameters) -> AnswerTo:
    """The client is one of the account's, active, and has registered the address."""
    if client is None:
        raise NotAnswerable("There is no client with this client_id in this account.")
    if not client.active:
        raise NotAnswerable("This client is disabled.")
    asked = parameters.one(REDIRECT_URI)
    uri = redirect_uris.matching(asked, client.redirect_uris)
    if uri is None and asked is None:
        raise NotAnswerable("The parameter redirect_uri is missing; this client needs it.")
    if uri is None:
        raise NotAnswerable("The redirect_uri is not one that is registered for this client.")
    return AnswerTo(client, uri)


def form(parameters: Parameters) -> None:
    """RFC 6749 §3.1: every parameter once, in UTF-8."""
    if parameters.repeated:
        raise InvalidRequest(f"The parameter {parameters.repeated[0]} is there more than once")
    if parameters.malformed:
        raise InvalidRequest("A parameter is not percent-encoded UTF-8")


def request_object(parameters: Parameters) -> None:
    """RFC 9101 is not offered, whether the object is sent or only named."""
    for name in ("request", "request_uri"):
        if parameters.one(name) is not None:
            raise RequestNotSupported(f"Send the parameters themselves, not {name}")


def response_type(parameters: Parameters) -> None:
    """RFC 6749 §3.1.1: required, and a code is all that there is (RFC 9700 §2.1.2)."""
    value = parameters.one("response_type")
    if value is None:
        raise InvalidRequest("response_type is missing")
    if value != CODE:
        raise UnsupportedResponseType("The only response_type is code")


def response_mode(parameters: Parameters) -> None:
    """The answer stands in the query of the redirect URI."""
    if parameters.one("response_mode") not in (None, QUERY):
        raise InvalidRequest("The only response_mode is query")


def code_challenge(parameters: Parameters) -> str:
    """RFC 7636 §4.3, RFC 9700 §2.1.1: from every client, by S256 alone."""
    value = parameters.one("code_challenge")
    if value is None:
        raise InvalidRequest("code_challenge is missing; PKCE (RFC 7636) is required")
    # RFC 7636 §4.3: without a method it is `plain`, which gives the verifier away
    if parameters.one("code_challenge_method") != S256:
        raise InvalidRequest("code_challenge_method has to be S256")
    if not _SHA256.fullmatch(value):
        raise InvalidRequest(
            "code_challenge has to be base64url of a SHA-256 digest, 43 characters"
        )
    return value


def dpop_jkt(parameters: Parameters) -> str | None:
    """RFC 9449 §10: the thumbprint of the key that the code is bound to, if it is."""
    value = parameters.one("dpop_jkt")
    if value is not None and not _SHA256.fullmatch(value):
        raise InvalidRequest("dpop_jkt has to be a SHA-256 thumbprint in base64url, 43 characters")
    return value


def prompts(parameters: Parameters) -> frozenset[str]:
    """OpenID Connect Core §3.1.2.1: which pages the client wants shown, or none."""
    value = parameters.one(PROMPT)
    names = frozenset(value.split(" ")) if value else frozenset()
    if not names <= PROMPTS:
        raise InvalidRequest("prompt may be none, or login and consent")
    if NONE in names and len(names) > 1:
        raise InvalidRequest("prompt none stands alone")
    return names


def registered(client: Client) -> None:
    """RFC 6749 §4.1.2.1: the client has to be registered for codes."""
    if AUTHORIZATION_CODE not in client.grants:
        raise UnauthorizedClient("The client is not registered for authorization codes")


# Those that need the parameters alone and leave nothing for later
_FORM: tuple[Callable[[Parameters], None], ...] = (form, request_object, response_type)


def read_request(to: AnswerTo, parameters: Parameters) -> AuthorizationRequest:
    """The whole request, once it is certain who asks and where the answer goes.

    Raises:
        OAuthError: a fault that the client is told at its redirect URI.
    """
    for check in _FORM:
        check(parameters)
    registered(to.client)
    scopes = granted(parameters.one("scope"), to.client.scopes)
    challenge = code_challenge(parameters)
    wanted = prompts(parameters)
    response_mode(parameters)
    return AuthorizationRequest(
        client=to.client,
        redirect_uri=to.redirect_uri,
        asked_redirect_uri=parameters.one(REDIRECT_URI),
        state=parameters.one(STATE),
        scopes=scopes,
        code_challenge=challenge,
        dpop_jkt=dpop_jkt(parameters),
        prompts=wanted,
    )
