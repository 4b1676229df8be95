"""Revocation (RFC 7009) and introspection (RFC 7662): what a client may end and may know."""

from collections.abc import Mapping
from typing import Any

from openslot.identity.clients.authentication import AuthenticatedClient
from openslot.identity.store import grants as grant_rows
from openslot.identity.store import token_status
from openslot.identity.tokens import grants, refresh_tokens
from openslot.identity.tokens.access_tokens import (
    AccessToken,
    InvalidToken,
    TokenReader,
    actor_of,
)
from openslot.kernel.actor import Actor
from openslot.kernel.scopes import INTROSPECT
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx, SystemTx

INACTIVE: Mapping[str, Any] = {"active": False}


def revoke(
    tx: AccountTx,
    reader: TokenReader,
    refresh_key: bytes,
    client: AuthenticatedClient,
    token: str,
    by: Actor,
) -> None:
    """Ends a token of the client's own, of whichever kind; any other is left as it is.

    RFC 7009 §2.1: a refresh token takes its grant and all access tokens along; an access token
    ends alone.
    """
    claimed = refresh_tokens.read(token)
    if claimed is not None:
        grant = grant_rows.by_id(tx, claimed.grant_id)
        if (
            grant is not None
            and refresh_tokens.is_genuine(refresh_key, grant, claimed)
            and grant.client_id == client.client.client_id
        ):
            grants.end(tx, grant, by=by, why="revoked")
        return
    access = _read(reader, token, tx.real_now)
    if (
        access is not None
        and (access.account_id, access.client_id) == (client.account_id, client.client.client_id)
        and token_status.revoke(tx, access.token_id, access.expires_at)
    ):
        audit.record(tx, "token.revoked", by, client=access.client_id, token=access.token_id)


def introspect(
    tx: SystemTx, reader: TokenReader, issuer: str, client: AuthenticatedClient, token: str
) -> Mapping[str, Any]:
    """What a token is, for a client of its account that may ask; `INACTIVE` for everybody else.

    RFC 7662 §2.2: a token that does not count, a refresh token and one of another account look
    the same.
    """
    access = _read(reader, token, tx.real_now)
    if (
        access is None
        or INTROSPECT not in client.client.scopes
        or access.account_id != client.account_id
    ):
        return INACTIVE
    try:
        actor = actor_of(tx, access)
    except InvalidToken:
        return INACTIVE
    claims: dict[str, Any] = {
        "active": True,
        "iss": issuer,
        "sub": access.subject,
        "aud": reader.public_url,
        "client_id": access.client_id,
        "scope": " ".join(sorted(actor.scopes)),
        "account": access.account_id,
        "token_type": "Bearer" if access.jkt is None else "DPoP",
        "iat": access.issued_at // 1000,
        "exp": access.expires_at // 1000,
        "jti": access.token_id,
    }
    if access.grant_id is not None:
        claims["gid"] = access.grant_id
    if access.jkt is not None:
        claims["cnf"] = {"jkt": access.jkt}
    return claims


def _read(reader: TokenReader, token: str, now: int) -> AccessToken | None:
    try:
        return reader.read(token.encode("utf-8", "surrogatepass"), now)
    except InvalidToken:
        return None
