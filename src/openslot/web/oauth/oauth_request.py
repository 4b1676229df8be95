"""The rules of a request in which a client authenticates, in the order in which they apply.

The size of the body comes first of all, since it is judged while the body is read; then `READING`,
which needs the request alone. The first that raises decides, so the order is part of the contract.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from openslot.identity.accounts import is_account_name
from openslot.identity.clients.authentication import Credentials
from openslot.identity.clients.client_assertions import ASSERTION_TYPE, client_id_of
from openslot.identity.oauth_errors import InvalidClient, InvalidRequest, PostRequired
from openslot.web.http.form_parsing import parse_form
from openslot.web.oauth.basic_credentials import parse_basic
from openslot.web.oauth.request_headers import OAuthHeaders

# What every such endpoint knows of a form, besides its own parameters
_OF_CLIENTS = frozenset(
    {"client_id", "client_secret", "client_assertion", "client_assertion_type", "x-account"}
)
# RFC 8707 §2: more than one is a fault of its own, which the endpoint tells
_REPEATABLE = frozenset({"resource"})
# RFC 6749 §4.4.2, appendix B: this type, in UTF-8
_FORM_TYPE = re.compile(
    rb'application/x-www-form-urlencoded[ \t]*(;[ \t]*charset=("utf-8"|utf-8)[ \t]*)?',
    re.IGNORECASE,
)
_HOW_A_NAME_LOOKS = (
    "An account name is 1 to 63 of a-z, 0-9 and hyphen, in lower case and without spaces"
)


@dataclass(slots=True)
class OAuthRequest:
    """A request on its way through the checks; each fills in what the next ones use."""

    method: str
    query: bytes
    path_account: str | None  # from /accounts/{account}/oauth2/…
    headers: OAuthHeaders
    body: bytes
    parameters: frozenset[str]  # that the endpoint knows
    form: dict[str, str] = field(default_factory=dict)
    account_name: str = ""
    client_id: str = ""
    client_secret: str | None = None
    client_assertion: str | None = None

    @property
    def credentials(self) -> Credentials:
        """What it says of its client, once `READING` has passed."""
        return Credentials(
            self.account_name, self.client_id, self.client_secret, self.client_assertion
        )


def method(request: OAuthRequest) -> None:
    """RFC 6749 §3.2: the client MUST use POST."""
    if request.method != "POST":
        raise PostRequired("Only POST is allowed")


def media_type(request: OAuthRequest) -> None:
    """RFC 6749 §4.4.2: a form in UTF-8."""
    types = request.headers.content_type
    if len(types) != 1 or not _FORM_TYPE.fullmatch(types[0]):
        raise InvalidRequest("The body must be application/x-www-form-urlencoded in UTF-8")


def form(request: OAuthRequest) -> None:
    """RFC 6749 §3.2: parameters come in the body, never in the address, each of them once."""
    # RFC 6749 §2.3.1: they MUST NOT be included in the request URI
    if request.query:
        raise InvalidRequest("Parameters must be in the body; the URL must not have a query")
    request.form = parse_form(request.body, request.parameters | _OF_CLIENTS, _REPEATABLE)


def account_name(request: OAuthRequest) -> None:
    """One account, named in the header, the form or the path; all of them must agree."""
    headers = request.headers.account
    if len(headers) > 1:
        raise InvalidRequest("Header X-ACCOUNT appears more than once")
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
        raise InvalidRequest("Header, form and path must name the same account")
    request.account_name = given[0]


def credentials(request: OAuthRequest) -> None:
    """RFC 6749 §2.3: one method; a client id besides it must be the same."""
    headers = request.headers.authorization
    sent = request.form.get
    if len(headers) > 1:
        raise InvalidRequest("Header Authorization appears more than once")
    has_assertion = sent("client_assertion") or sent("client_assertion_type")
    # RFC 6749 §2.3: the client MUST NOT use more than one authentication method in each request
    if sum((bool(headers), bool(sent("client_secret")), bool(has_assertion))) > 1:
        raise InvalidRequest("Use exactly one client authentication method")
    form_id = sent("client_id")
    if headers:
        basic = parse_basic(headers[0])
        if basic is None:
            raise InvalidClient
        request.client_id, request.client_secret = basic.client_id, basic.client_secret
    elif has_assertion:
        request.client_id, request.client_assertion = _asserted(request)
    elif form_id is None:
        raise InvalidClient
    else:
        request.client_id, request.client_secret = form_id, sent("client_secret")
    if form_id is not None and form_id != request.client_id:
        raise InvalidRequest("client_id is not that of the client credentials")


def _asserted(request: OAuthRequest) -> tuple[str, str]:
    """RFC 7523 §2.2: the client id is in the assertion; RFC 7521 §4.2: both parameters."""
    assertion = request.form.get("client_assertion")
    if assertion is None or request.form.get("client_assertion_type") != ASSERTION_TYPE:
        raise InvalidRequest(
            f"Send client_assertion together with client_assertion_type {ASSERTION_TYPE}"
        )
    client_id = client_id_of(assertion)
    if client_id is None:
        raise InvalidClient
    return client_id, assertion


READING: tuple[Callable[[OAuthRequest], None], ...] = (
    method,
    media_type,
    form,
    account_name,
    credentials,
)
