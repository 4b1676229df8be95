"""Recovery codes: what lets a user in whose authenticator app is lost, each once.

A code has 50 random bits, too few for a plain digest: whoever reads the database could try them
all. So the digest is keyed, as the secret of the app is sealed.
"""

import hashlib
import hmac
import re
import secrets

from openslot.identity.keys.master_key import derived_key
from openslot.identity.model.user import User
from openslot.identity.store import recovery_codes as rows
from openslot.kernel.actor import Actor
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

CODES = 10
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_HALF = 5
_CODE = re.compile(rf"[a-z2-7]{{{2 * _HALF}}}")


def make(tx: AccountTx, key: bytes, user: User, *, by: Actor | None = None) -> tuple[str, ...]:
    """Ten new codes, to be shown once; those from before are void.

    `key` is that of `totp.sealing_key`.
    """
    rows.delete_all(tx, user.id)
    codes: set[str] = set()
    while len(codes) < CODES:
        codes.add("".join(secrets.choice(_ALPHABET) for _ in range(2 * _HALF)))
    for code in codes:
        rows.insert(tx, user.id, _digest_of(tx, key, user, code))
    audit.record(tx, "user.recovery_codes_made", by, user=user.id)
    return tuple(f"{code[:_HALF]}-{code[_HALF:]}" for code in codes)


def accept(tx: AccountTx, key: bytes, user: User, text: str, *, by: Actor | None = None) -> bool:
    """Uses a code up; False: it is none of the user's, or was used or replaced."""
    code = "".join(text.lower().split()).replace("-", "")
    if not _CODE.fullmatch(code) or not rows.use(tx, user.id, _digest_of(tx, key, user, code)):
        return False
    audit.record(tx, "user.recovery_code_used", by, user=user.id, left=left(tx, user))
    return True


def left(tx: AccountTx, user: User) -> int:
    """How many codes the user can still use."""
    return rows.count(tx, user.id)


def void(tx: AccountTx, user: User) -> None:
    """Takes every code of the user away."""
    rows.delete_all(tx, user.id)


def _digest_of(tx: AccountTx, key: bytes, user: User, code: str) -> bytes:
    # Tied to its row, as the sealed secret is: codes cannot change places.
    text = f"{tx.account.id} {user.id} {code}"
    return hmac.digest(derived_key(key, "recovery codes"), text.encode(), hashlib.sha256)
