"""Grants: what a user has let a client do, from the sign-in until it is ended (RFC 6749 §1.3)."""

import secrets
from collections.abc import Sequence

from openslot.identity.model.authorization_code import AuthorizationCode
from openslot.identity.model.client import Client
from openslot.identity.model.grant import Grant
from openslot.identity.model.user import User
from openslot.identity.store import grants as rows
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

_DAY = 86_400_000
IDLE_MS = 30 * _DAY  # a refresh token that is not used ends
ABSOLUTE_MS = 90 * _DAY  # then the user signs in again, whatever was used

_MOST_SHOWN = 100


def revoked_before(tx: AccountTx, client: Client, user: User | None) -> Millis:
    """Codes and grants from before this instant are revoked, as access tokens are.

    What is made in the very millisecond of a revocation, after it, is dated to this instant.
    """
    of_user = 0 if user is None else user.revoked_before
    return max(tx.account.revoked_before, client.revoked_before, of_user)


def begin(
    tx: AccountTx,
    *,
    code: AuthorizationCode,
    scopes: tuple[str, ...],
    created_at: Millis,
    dpop_jkt: str | None,
    by: Actor,
) -> Grant:
    """The grant that a code is redeemed for; its first refresh token is of generation 0."""
    grant = Grant(
        id=new_id(),
        client_id=code.client_id,
        user_id=code.user_id,
        scopes=scopes,
        signed_in_at=code.signed_in_at,
        created_at=created_at,
        dpop_jkt=dpop_jkt,
        seed=secrets.token_bytes(32),
        generation=0,
        rotated_at=created_at,
        ended_at=None,
    )
    rows.insert(tx, grant)
    audit.record(
        tx,
        "grant.given",
        by,
        client=grant.client_id,
        grant=grant.id,
        user=grant.user_id,
        scopes=list(scopes),
    )
    return grant


def is_live(grant: Grant, now: Millis) -> bool:
    """Whether its refresh token is still accepted."""
    return (
        grant.ended_at is None
        and now < grant.rotated_at + IDLE_MS
        and now < grant.created_at + ABSOLUTE_MS
    )


def live_of_user(tx: AccountTx, user_id: str) -> Sequence[Grant]:
    """A user's live grants, the newest first, a hundred at most."""
    found = rows.live_of_user(tx, user_id, _MOST_SHOWN)
    return [grant for grant in found if is_live(grant, tx.real_now)]


def end(tx: AccountTx, grant: Grant, *, by: Actor | None, why: str) -> None:
    """Ends a grant with its refresh token and every access token of it, at once.

    `why` is for the audit trail: revoked, code_used_twice, refresh_token_used_twice.
    """
    if rows.end(tx, grant.id):
        audit.record(
            tx,
            "grant.ended",
            by,
            client=grant.client_id,
            grant=grant.id,
            user=grant.user_id,
            why=why,
        )
