"""Invitations: what lets a user choose a password, the first one or after they have lost it.

An invitation is 256 random bits, shown once and stored as a digest. It is good for 7 days and for
one password.
"""

import hashlib
import secrets

from openslot.identity.accounts import issuer_of
from openslot.identity.model.held_scopes import require_held
from openslot.identity.model.user import User
from openslot.identity.people.given_access import end_everything
from openslot.identity.store import user_credentials, users
from openslot.kernel.actor import Actor
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY
from openslot.kernel.errors import Conflict, NotFound
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

LIFETIME_MS = 7 * MINUTES_PER_DAY * MINUTE_MS
_BYTES = 32


class UserDisabled(Conflict):
    """A disabled user is not invited. Enable them first."""

    code = "user_disabled"
    title = "The user is disabled"


def url_of(public_url: str, account_name: str, text: str) -> str:
    """Where the user of an invitation chooses a password.

    The text stands in the path, since a fragment would need a script to reach the server. Our own
    log says which route was asked for, never which path; a proxy's log may say the path, and what
    it learns there is worth nothing once the invitation is used.
    """
    return f"{issuer_of(public_url, account_name)}/invitations/{text}"


def user_of(tx: AccountTx, text: str) -> User:
    """The user whom an invitation is for.

    Raises:
        NotFound: it was used, replaced, has expired, or never was; or the user is disabled.
    """
    user = users.by_invitation(tx, _digest_of(text))
    if user is None:
        raise NotFound("The invitation was used or has expired; ask for another one")
    return user


def make(tx: AccountTx, user_id: str) -> str:
    """The text of a new invitation; neither an earlier one nor the password works any more."""
    text = secrets.token_urlsafe(_BYTES)
    user_credentials.invite(tx, user_id, _digest_of(text), tx.real_now + LIFETIME_MS)
    return text


def renew(tx: AccountTx, user: User, *, by: Actor | None = None) -> str:
    """The text of another invitation: for a user who lost the first one, or their password.

    Neither an earlier invitation nor the password works any more. Every session ends, and the
    access that the user gave to clients.

    Raises:
        ScopeNotHeld: the user's role holds a scope that `by` does not carry.
        UserDisabled: the user is disabled.
    """
    require_held(by, user.scopes)
    if not user.active:
        raise UserDisabled
    audit.record(tx, "user.invited", by, user=user.id)
    end_everything(tx, user)
    return make(tx, user.id)


def _digest_of(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
