"""The rules of an authorization request, one function each, in the order in which they apply.

First client and redirect URI: until both are verified, a refusal is a page and never a redirect
(RFC 6749 §4.1.2.1). Then the rest, whose refusals go to the client. The first that raises decides.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openslot.identity.clients import redirect_uris
from openslot.identity.model.client import Client
from openslot.identity.oauth_errors import InvalidRequest, UnauthorizedClient
from openslot.identity.tokens.grant_types import AUTHORIZATION_CODE
from openslot.identity.tokens.resource_parameter import check_resource
from openslot.identity.tokens.scope_parameter import granted, names_in
from openslot.web.oauth.authorize.errors import (
    RequestNotSupported,
    RequestUriNotSupported,
    UnsupportedResponseType,
    UnverifiedRecipient,
)
from openslot.web.oauth.authorize.parameters import (
    CLIENT_ID,
    MAX_AGE,
    PROMPT,
    REDIRECT_URI,
    RESOURCE,
    STATE,
    Parameters,
)

CODE = "code"  # the one response type
S256 = "S256"  # the one code challenge method
QUERY = "query"  # the one response mode
LOGIN, SELECT_ACCOUNT, CONSENT, NONE = "login", "select_account", "consent", "none"
PROMPTS = (NONE, LOGIN, SELECT_ACCOUNT, CONSENT)
# OpenID Connect Core §3.1.2.1, §11: libraries ask for these whatever the server is. There is no id
# token, and a refresh token comes with every grant that has one.
_PASSED_OVER = frozenset({"openid", "offline_access"})

# RFC 7636 §4.2, RFC 9449 §10: base64url of a SHA-256 digest, without padding
_SECONDS = re.compile(r"[0-9]+")
_MOST_DIGITS = 15  # more seconds than any session can last
_SHA256 = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Recipient:
    """The client that gets the response, and where: both verified."""

    client: Client
    redirect_uri: str
    state: str | None  # as it came
    issuer: str

    @property
    def is_proved(self) -> bool:
        """Whether the response reaches this client and no program that only says it is it."""
        alone = redirect_uris.reaches_client_alone(self.redirect_uri)
        # RFC 8252 §8.6: a public client has no secret that would tell it from another program
        return alone or not self.client.is_public

    def address_with(self, response: Mapping[str, str]) -> str:
        """The redirect URI with a code or an error, `state`, and the issuer (RFC 9207 §2)."""
        state = {} if self.state is None else {STATE: self.state}
        return redirect_uris.answered(self.redirect_uri, {**response, **state, "iss": self.issuer})


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request without a fault. Nobody has been asked yet."""

    recipient: Recipient
    parameters: Parameters  # as they came
    scopes: tuple[str, ...]  # that the client asks for and is allowed
    code_challenge: str
    dpop_jkt: str | None
    prompts: frozenset[str]
    max_age_seconds: int | None

    @property
    def asked_redirect_uri(self) -> str | None:
        """The parameter as it came; the token request repeats it."""
        return self.parameters.one(REDIRECT_URI)


def check_destination(parameters: Parameters) -> None:
    """Passes when what says where a response goes came once (RFC 6749 §3.1).

    Raises:
        UnverifiedRecipient: it did not.
    """
    for name in (CLIENT_ID, REDIRECT_URI):
        if name in parameters.repeated:
            raise UnverifiedRecipient(f"Parameter {name} appears more than once.")
    if parameters.one(CLIENT_ID) is None:
        raise UnverifiedRecipient("Parameter client_id is missing.")


def recipient_of(client: Client | None, parameters: Parameters, issuer: str) -> Recipient:
    """The recipient: a client of the account, active, that has registered the address.

    Raises:
        UnverifiedRecipient: it is not, or has not.
    """
    if client is None:
        raise UnverifiedRecipient("This account has no client with this client_id.")
    if not client.active:
        raise UnverifiedRecipient("This client is disabled.")
    given = parameters.one(REDIRECT_URI)
    uri = redirect_uris.matching(given, client)
    if uri is None and given is None:
        raise UnverifiedRecipient("Parameter redirect_uri is missing; this client must send it.")
    if uri is None:
        raise UnverifiedRecipient("This redirect_uri is not registered for this client.")
    return Recipient(client, uri, parameters.one(STATE), issuer)


def form(parameters: Parameters) -> None:
    """RFC 6749 §3.1: every parameter once, in UTF-8."""
    if parameters.repeated:
        raise InvalidRequest(f"Parameter {parameters.repeated[0]} appears more than once")
    if parameters.malformed:
        raise InvalidRequest("A parameter is not valid percent-encoded UTF-8")


def request_object(parameters: Parameters) -> None:
    """RFC 9101 is not supported, whether the object is sent or only named."""
    if parameters.one("request") is not None:
        raise RequestNotSupported("Send the parameters themselves instead of request")
    if parameters.one("request_uri") is not None:
        raise RequestUriNotSupported("Send the parameters themselves instead of request_uri")


def response_type(parameters: Parameters) -> None:
    """RFC 6749 §3.1.1: required, and `code` alone is supported (RFC 9700 §2.1.2)."""
    value = parameters.one("response_type")
    if value is None:
        raise InvalidRequest("Parameter response_type is missing")
    if value != CODE:
        raise UnsupportedResponseType("response_type must be code")


def response_mode(parameters: Parameters) -> None:
    """The response stands in the query of the redirect URI."""
    if parameters.one("response_mode") not in (None, QUERY):
        raise InvalidRequest("response_mode must be query")


def code_challenge(parameters: Parameters) -> str:
    """RFC 7636 §4.3, RFC 9700 §2.1.1: from every client, by S256 alone."""
    value = parameters.one("code_challenge")
    if value is None:
        raise InvalidRequest("Parameter code_challenge is missing: PKCE (RFC 7636) is required")
    # RFC 7636 §4.3: without a method it is `plain`, which gives the verifier away
    if parameters.one("code_challenge_method") != S256:
        raise InvalidRequest("code_challenge_method must be S256")
    if not _SHA256.fullmatch(value):
        raise InvalidRequest("code_challenge must be a SHA-256 digest in base64url, 43 characters")
    return value


def dpop_jkt(parameters: Parameters) -> str | None:
    """RFC 9449 §10: the thumbprint of the key that the code is bound to, if it is."""
    value = parameters.one("dpop_jkt")
    if value is not None and not _SHA256.fullmatch(value):
        raise InvalidRequest("dpop_jkt must be a SHA-256 thumbprint in base64url, 43 characters")
    return value


def prompts(parameters: Parameters) -> frozenset[str]:
    """OpenID Connect Core §3.1.2.1: which pages the client wants shown, or none."""
    value = parameters.one(PROMPT)
    names = frozenset(value.split(" ")) if value else frozenset()
    if not names <= set(PROMPTS):
        raise InvalidRequest("prompt must be none, or some of login, select_account, consent")
    if NONE in names and len(names) > 1:
        raise InvalidRequest("prompt none cannot be combined with other values")
    return names


def max_age_seconds(parameters: Parameters) -> int | None:
    """OpenID Connect Core §3.1.2.1: how long ago the user may have signed in; None: as it is."""
    value = parameters.one(MAX_AGE)
    if value is None:
        return None
    if not _SECONDS.fullmatch(value):
        raise InvalidRequest("max_age must be a whole number of seconds, 0 or more")
    return int(value.lstrip("0")[:_MOST_DIGITS] or "0")


def scopes(parameters: Parameters, client: Client) -> tuple[str, ...]:
    """RFC 6749 §3.3: the scopes that are asked for, those of OpenID Connect passed over."""
    requested = parameters.one("scope")
    names = () if requested is None else names_in(requested)
    ours = " ".join(name for name in names if name not in _PASSED_OVER)
    return granted(ours, client.scopes)


def registered(client: Client) -> None:
    """RFC 6749 §4.1.2.1: the client must be registered for codes."""
    if AUTHORIZATION_CODE not in client.grants:
        raise UnauthorizedClient("The client is not registered for the authorization_code grant")


# Those that need the parameters alone and leave nothing for later
_FORM: tuple[Callable[[Parameters], None], ...] = (form, request_object, response_type)


def read_request(
    recipient: Recipient, parameters: Parameters, public_url: str
) -> AuthorizationRequest:
    """The whole request, once it is certain who the caller is and where the response goes.

    Raises:
        OAuthError: a fault that the client is told at its redirect URI.
    """
    for check in _FORM:
        check(parameters)
    registered(recipient.client)
    wanted_scopes = scopes(parameters, recipient.client)
    challenge = code_challenge(parameters)
    wanted_prompts = prompts(parameters)
    response_mode(parameters)
    check_resource(parameters.values.get(RESOURCE, ()), public_url)
    return AuthorizationRequest(
        recipient=recipient,
        parameters=parameters,
        scopes=wanted_scopes,
        code_challenge=challenge,
        dpop_jkt=dpop_jkt(parameters),
        prompts=wanted_prompts,
        max_age_seconds=max_age_seconds(parameters),
    )
