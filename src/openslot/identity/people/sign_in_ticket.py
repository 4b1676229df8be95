"""Tickets: they stand for a password that was right, until the code of the second factor is typed.

A ticket is sealed and stored nowhere. It is valid for five minutes, in one
account, and while the user stays as they were.
"""

import base64
import binascii
import json
from dataclasses import dataclass

from openslot.identity.keys.master_key import WrongMasterKey, seal, unseal
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.identity.model.user import User
from openslot.kernel.clock import MINUTE_MS, now_ms

_LIFETIME_MS = 5 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class PasswordShown:
    """A user whose password was right, and their version at that time."""

    account_id: str
    user_id: str
    version: int
    by_ticket: bool  # a ticket says so; otherwise it was compared for this request


def make(keys: PurposeKeys, account_id: str, user: User) -> str:
    """A ticket of a user who has just shown their password."""
    claims = json.dumps([user.id, user.version, now_ms() + _LIFETIME_MS])
    sealed = seal(keys.of(Purpose.SIGN_IN_TICKETS), claims.encode(), context=account_id)
    return base64.urlsafe_b64encode(sealed).decode()


def read(keys: PurposeKeys, account_id: str, ticket: str) -> PasswordShown | None:
    """Whom a ticket is of; None: it is not valid, or not any more."""
    key = keys.of(Purpose.SIGN_IN_TICKETS)
    try:
        sealed = base64.b64decode(ticket.encode("ascii"), b"-_", validate=True)
        user_id, version, until = json.loads(unseal(key, sealed, account_id))
    except (WrongMasterKey, binascii.Error, UnicodeEncodeError):
        return None
    if now_ms() >= until:
        return None
    return PasswordShown(account_id, user_id, version, by_ticket=True)
