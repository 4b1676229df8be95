"""Grants: what a user has let a client do, from the sign-in until it is ended (RFC 6749 §1.3)."""

import secrets
from collections.abc import Sequence

from openslot.identity.model.grant import Grant
from openslot.identity.store import grants as rows
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.ids import new_id
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

_DAY = 86_400_000
IDLE_MS = 30 * _DAY  # a refresh token that is not used ends
ABSOLUTE_MS = 90 * _DAY  # then the user signs in again, whatever was used
GRACE_MS = 10_000  # in which the predecessor gets the same successor again

_MOST_SHOWN = 100


def begin(
    tx: AccountTx,
    *,
    client_id: str,
    user_id: str,
    scopes: tuple[str, ...],
    signed_in_at: Millis,
    dpop_jkt: str | None,
    by: Actor,
) -> Grant:
    """A new grant, whose first refresh token is of generation 0."""
    grant = Grant(
        id=new_id(),
        client_id=client_id,
        user_id=user_id,
        scopes=scopes,
        signed_in_at=signed_in_at,
        created_at=tx.real_now,
        dpop_jkt=dpop_jkt,
        seed=secrets.token_bytes(32),
        generation=0,
        rotated_at=tx.real_now,
        ended_at=None,
    )
    rows.insert(tx, grant)
    audit.record(
        tx, "grant.given", by, client=client_id, grant=grant.id, user=user_id, scopes=list(scopes)
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
