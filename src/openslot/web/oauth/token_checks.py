"""The rules of a token request, one function each, in the order in which they are asked.

The size of the body comes first of all, since it is judged while the body is read; then `READING`,
which needs the request alone; then `decide`, inside one read transaction. The first that raises
gives the answer, so the order is part of the contract.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from openslot.identity import scopes
from openslot.identity.accounts import is_account_name
from openslot.identity.authentication import AuthenticatedClient, authenticate
from openslot.identity.clients import PUBLIC
from openslot.identity.protocol import (
    InvalidClient,
    InvalidRequest,
    MethodNotAllowed,
    UnauthorizedClient,
    UnsupportedGrantType,
    parse_basic,
    parse_form,
)
from openslot.kernel.clock import Millis
from openslot.storage.database import SystemTx
from openslot.web.oauth.envelope import Envelope

CLIENT_CREDENTIALS = "client_credentials"
GRANTS = frozenset({CLIENT_CREDENTIALS})

_PARAMETERS = frozenset({"grant_type", "scope", "client_id", "client_secret", "x-account"})
# RFC 6749 §4.4.2, appendix B: this type, in UTF-8
_FORM_TYPE = re.compile(
    rb'application/x-www-form-urlencoded[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?',
    re.IGNORECASE,
)
_HOW_A_NAME_LOOKS = (
    "The account's name is 1 to 63 of a-z, 0-9 and hyphen, in lower case and without spaces"
)


@dataclass(slots=True)
class TokenRequest:
    """A request on its way through the checks; each fills in what the next ones use."""

    method: str
    query: bytes
    path_account: str | None  # from /accounts/{account}/oauth2/token
    envelope: Envelope
    body: bytes
    form: dict[str, str] = field(default_factory=dict)
    account_name: str = ""
    client_id: str = ""
    client_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """What a request is given: to whom, which scopes, and when it was decided."""

    to: AuthenticatedClient
    scopes: tuple[str, ...]
    at: Millis


def method(request: TokenRequest) -> None:
    """RFC 6749 §3.2: the client MUST use POST."""
    if request.method != "POST":
        raise MethodNotAllowed("The token endpoint takes POST only")


def media_type(request: TokenRequest) -> None:
    """RFC 6749 §4.4.2: a form in UTF-8."""
    types = request.envelope.content_type
    if len(types) != 1 or not _FORM_TYPE.fullmatch(types[0]):
        raise InvalidRequest("The body has to be application/x-www-form-urlencoded in UTF-8")


def form(request: TokenRequest) -> None:
    """RFC 6749 §3.2: parameters come in the body, never in the address, each of them once."""
    # RFC 6749 §2.3.1: they MUST NOT be included in the request URI
    if request.query:
        raise InvalidRequest("Parameters belong in the body; the address takes none")
    request.form = parse_form(request.body, _PARAMETERS)


def account_name(request: TokenRequest) -> None:
    """One account, named in the header, the form or the path; all that do have to agree."""
    headers = request.envelope.account
    if len(headers) > 1:
        raise InvalidRequest("X-ACCOUNT is there more than once")
    given = [header.decode("latin-1") for header in headers]
    if "x-account" in request.form:
        given.append(request.form["x-account"])
    if request.path_account is not None:
        given.append(request.path_account)
    if not given:
        raise InvalidRequest("Name the account in the X-ACCOUNT header")
    if not all(map(is_account_name, given)):
        raise InvalidRequest(_HOW_A_NAME_LOOKS)
    if len(set(given)) > 1:
        raise InvalidRequest("Header, form and path name different accounts")
    request.account_name = given[0]


def credentials(request: TokenRequest) -> None:
    """RFC 6749 §2.3: client id and secret, by Basic or in the form, not by both."""
    headers = request.envelope.authorization
    form_id, form_secret = request.form.get("client_id"), request.form.get("client_secret")
    if len(headers) > 1:
        raise InvalidRequest("Authorization is there more than once")
    if not headers:
        if form_id is None:
            raise InvalidClient
        request.client_id, request.client_secret = form_id, form_secret
        return
    # RFC 6749 §2.3: the client MUST NOT use more than one authentication method in each request
    if form_secret is not None:
        raise InvalidRequest("The client authenticates in two ways; one is enough")
    basic = parse_basic(headers[0])
    if basic is None:
        raise InvalidClient
    if form_id is not None and form_id != basic.client_id:
        raise InvalidRequest("client_id is another one than that of the Authorization header")
    request.client_id, request.client_secret = basic.client_id, basic.client_secret


def grant_type(request: TokenRequest) -> str:
    """RFC 6749 §5.2: absent is malformed, unknown is unsupported; case-sensitive."""
    name = request.form.get("grant_type")
    if name is None:
        raise InvalidRequest("grant_type is missing")
    if name not in GRANTS:
        raise UnsupportedGrantType("The grants of this endpoint are: " + " ".join(sorted(GRANTS)))
    return name


def grant_allowed(client: AuthenticatedClient, grant: str) -> None:
    """RFC 6749 §5.2: the client has to be registered for the grant."""
    # RFC 6749 §4.4: client_credentials MUST only be used by confidential clients
    public = client.client.auth_method == PUBLIC and grant == CLIENT_CREDENTIALS
    if public or grant not in client.client.grants:
        raise UnauthorizedClient("The client is not registered for this grant")


READING: tuple[Callable[[TokenRequest], None], ...] = (
    method,
    media_type,
    form,
    account_name,
    credentials,
)


def decide(tx: SystemTx, pepper: bytes, request: TokenRequest) -> Granted:
    """The checks that look at the client: who it is, which grant, whether it may, which scopes.

    Raises:
        OAuthError: one of them refuses.
    """
    client = authenticate(
        tx, pepper, request.account_name, request.client_id, request.client_secret
    )
    grant_allowed(client, grant_type(request))
    return Granted(
        to=client,
        scopes=scopes.granted(request.form.get("scope"), client.client.scopes),
        at=tx.real_now,
    )
