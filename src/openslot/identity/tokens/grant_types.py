"""The grants of the token endpoint: what a client that is known gets for what it presents.

Each is a rule of its own, run in one transaction, where the order in which simultaneous requests
count is decided. A refusal may change something too: a code is burnt, a family ended. So the
caller must commit also when a rule raises an `OAuthError`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from openslot.identity.clients.authentication import AuthenticatedClient
from openslot.identity.model.grant import Grant
from openslot.identity.model.roles import ROLES
from openslot.identity.model.user import User
from openslot.identity.oauth_errors import (
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    UnauthorizedClient,
    UnsupportedGrantType,
)
from openslot.identity.store import authorization_codes as code_rows
from openslot.identity.store import grants as grant_rows
from openslot.identity.store import users
from openslot.identity.tokens import authorization_codes, grants, refresh_tokens
from openslot.identity.tokens.access_tokens import Delegation
from openslot.identity.tokens.authorization_codes import Presented
from openslot.identity.tokens.refresh_token_reuse import is_reused
from openslot.identity.tokens.resource_parameter import check_resource
from openslot.identity.tokens.scope_parameter import granted
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.storage.journal import audit
from openslot.storage.transactions import SystemTx

CLIENT_CREDENTIALS = "client_credentials"
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105

_ENDED = "The refresh token has ended; have the user sign in again"


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a client asks for, its form read and the client known."""

    client: AuthenticatedClient
    form: Mapping[str, str]
    jkt: str | None  # the key of the DPoP proof that came along
    refresh_key: bytes  # of `refresh_tokens.key_of`
    public_url: str  # the API, where the tokens count
    by: Actor  # the client, for the audit trail


@dataclass(frozen=True, slots=True)
class Granted:
    """What a request is given: to whom, which scopes, and when it was decided."""

    to: AuthenticatedClient
    scopes: tuple[str, ...]
    at: Millis
    jkt: str | None = None
    delegation: Delegation | None = None
    refresh_token: str | None = None


def decide(tx: SystemTx, request: TokenRequest) -> Granted:
    """What the request is given.

    Raises:
        OAuthError: why it is given nothing; what that has changed is to be committed.
    """
    grant_type = request.form.get("grant_type")
    # RFC 6749 §5.2: absent is malformed, unknown is unsupported; case-sensitive
    if grant_type is None:
        raise InvalidRequest("grant_type is missing")
    if grant_type not in GRANTS:
        raise UnsupportedGrantType("The grants of this endpoint are: " + " ".join(sorted(GRANTS)))
    # RFC 6749 §4.4: client_credentials MUST only be used by confidential clients
    unfit = request.client.is_public and grant_type == CLIENT_CREDENTIALS
    if unfit or grant_type not in request.client.client.grants:
        raise UnauthorizedClient("The client is not registered for this grant")
    # Before the grant, so that a code or refresh token is not used up
    resource = request.form.get("resource")
    check_resource(() if resource is None else resource.split(" "), request.public_url)
    return GRANTS[grant_type](tx, request)


def _client_credentials(tx: SystemTx, request: TokenRequest) -> Granted:
    """RFC 6749 §4.4: the client acts for itself. No row is written."""
    allowed = request.client.client.scopes
    return Granted(
        to=request.client,
        scopes=granted(request.form.get("scope"), allowed),
        at=tx.real_now,
        jkt=request.jkt,
    )


def _authorization_code(tx: SystemTx, request: TokenRequest) -> Granted:
    """RFC 6749 §4.1.3: a code that a user has let the client have, once."""
    text = _required(request, "code")
    account = tx.account(request.client.account_id)
    client = request.client.client
    code = code_rows.by_digest(account, authorization_codes.digest_of(text))
    if code is None:
        raise InvalidGrant("There is no such code")
    if code.used_at is not None:
        # RFC 6749 §4.1.2: a code used twice SHOULD revoke all tokens issued from it
        grant = None if code.grant_id is None else grant_rows.by_id(account, code.grant_id)
        if grant is not None:
            grants.end(account, grant, by=request.by, why="code_used_twice")
        raise InvalidGrant("The code has been used already")
    presented = Presented(
        client_id=client.client_id,
        redirect_uri=request.form.get("redirect_uri"),
        code_verifier=request.form.get("code_verifier"),
        dpop_jkt=request.jkt,
    )
    user = users.by_id(account, code.user_id)
    revoked_before = grants.revoked_before(account, client, user)
    fault = authorization_codes.fault(code, presented, tx.real_now, revoked_before)
    allowed = () if user is None else _held(code.scopes, request.client, user)
    if fault is None and (user is None or not user.active or not allowed):
        fault = "The user may no longer let the client do this"
    if fault is not None or user is None:
        code_rows.use(account, code.digest, None)
        audit.record(account, "code.refused", request.by, client=client.client_id)
        raise InvalidGrant(fault or "")
    grant = grants.begin(
        account,
        code=code,
        scopes=allowed,
        created_at=max(tx.real_now, revoked_before),
        # RFC 9449 §5: the refresh tokens of a confidential client are bound to it already
        dpop_jkt=request.jkt if request.client.is_public else None,
        by=request.by,
    )
    code_rows.use(account, code.digest, grant.id)
    return _delegated(tx, request, grant, user, allowed, generation=0)


def _refresh_token(tx: SystemTx, request: TokenRequest) -> Granted:
    """RFC 6749 §6, RFC 9700 §4.14: a new access token and the next refresh token."""
    claimed = refresh_tokens.read(_required(request, "refresh_token"))
    account = tx.account(request.client.account_id)
    grant = None if claimed is None else grant_rows.by_id(account, claimed.grant_id)
    if (
        grant is None
        or claimed is None
        or not refresh_tokens.is_genuine(request.refresh_key, grant, claimed)
        # RFC 6749 §6: issued to this client
        or grant.client_id != request.client.client.client_id
    ):
        raise InvalidGrant("There is no such refresh token")
    user = users.by_id(account, grant.user_id)
    revoked_before = grants.revoked_before(account, request.client.client, user)
    if not grants.is_live(grant, tx.real_now) or grant.created_at < revoked_before:
        raise InvalidGrant(_ENDED)
    if is_reused(grant, claimed.generation, tx.real_now):
        grants.end(account, grant, by=request.by, why="refresh_token_used_twice")
        raise InvalidGrant(_ENDED)
    if grant.dpop_jkt is not None and grant.dpop_jkt != request.jkt:
        raise InvalidGrant("The refresh token is bound to the key of another DPoP proof")
    if user is None or not user.active:
        raise InvalidGrant(_ENDED)
    # RFC 6749 §6: no scope that was not granted; refused before the token is used up
    requested = granted(request.form.get("scope"), grant.scopes)
    allowed = _held(requested, request.client, user)
    if not allowed:
        raise InvalidScope("Neither user nor client may have a scope of these any more")
    if claimed.generation == grant.generation:
        grant_rows.rotate(account, grant)
    return _delegated(tx, request, grant, user, allowed, generation=claimed.generation + 1)


GRANTS: Mapping[str, Callable[[SystemTx, TokenRequest], Granted]] = {
    CLIENT_CREDENTIALS: _client_credentials,
    AUTHORIZATION_CODE: _authorization_code,
    REFRESH_TOKEN: _refresh_token,
}


def _held(requested: tuple[str, ...], client: AuthenticatedClient, user: User) -> tuple[str, ...]:
    """Of scopes those that client and user may both have, now."""
    role = ROLES.get(user.role, ())
    return tuple(scope for scope in requested if scope in client.client.scopes and scope in role)


def _delegated(
    tx: SystemTx,
    request: TokenRequest,
    grant: Grant,
    user: User,
    allowed: tuple[str, ...],
    *,
    generation: int,
) -> Granted:
    """What a request is given for a grant, with its refresh token of a generation."""
    refreshes = REFRESH_TOKEN in request.client.client.grants
    return Granted(
        to=request.client,
        scopes=allowed,
        at=tx.real_now,
        jkt=request.jkt,
        delegation=Delegation(grant.id, user.id, grant.signed_in_at, user.revoked_before),
        refresh_token=(
            refresh_tokens.text_of(request.refresh_key, grant, generation) if refreshes else None
        ),
    )


def _required(request: TokenRequest, name: str) -> str:
    value = request.form.get(name)
    if value is None:
        raise InvalidRequest(f"{name} is missing")
    return value
