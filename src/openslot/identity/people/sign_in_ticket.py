"""Tickets: they stand for a password that was right, until there is a session.

That is until the code of the second factor is typed, or a second factor that the account requires
is set up. A ticket is sealed and stored nowhere. It is valid for some minutes, in one account,
while the user stays as they were, and until codes were wrong too often.
"""

import base64
import json
from dataclasses import dataclass

from openslot.identity.keys.master_key import WrongMasterKey, seal, unseal
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.kernel.clock import MINUTE_MS, now_ms

CODE_MS = 5 * MINUTE_MS
ENROLMENT_MS = 20 * MINUTE_MS  # somebody may have to install an app first


@dataclass(frozen=True, slots=True)
class PasswordShown:
    """A user whose password was right, and their version at that time."""

    account_id: str
    user_id: str
    version: int
    wrong_codes: int  # of theirs until then
    by_ticket: bool  # a ticket says so; otherwise it was compared for this request


def make(keys: PurposeKeys, shown: PasswordShown, lifetime_ms: int) -> str:
    """A ticket of a user who has just shown their password."""
    until = now_ms() + lifetime_ms
    claims = json.dumps([shown.user_id, shown.version, shown.wrong_codes, until])
    key = keys.of(Purpose.SIGN_IN_TICKETS)
    sealed = seal(key, claims.encode(), context=shown.account_id)
    return base64.urlsafe_b64encode(sealed).decode()


def read(keys: PurposeKeys, account_id: str, ticket: str) -> PasswordShown | None:
    """Whom a ticket is of; None: it is not valid, or not any more."""
    key = keys.of(Purpose.SIGN_IN_TICKETS)
    try:
        sealed = base64.b64decode(ticket.encode("ascii"), b"-_", validate=True)
        claims = json.loads(unseal(key, sealed, account_id))
        user_id, version, wrong_codes, until = claims
    except (WrongMasterKey, ValueError):  # a version before this one made them of three
        return None
    if now_ms() >= until:
        return None
    return PasswordShown(account_id, user_id, version, wrong_codes, by_ticket=True)
