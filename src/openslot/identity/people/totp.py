"""The second factor: one-time codes of an authenticator app (RFC 6238).

Six digits, 30 seconds, HMAC-SHA-1, which is what every app supports. The secret is sealed under a
key that needs the master key, so that a copy of the database gives no codes.
"""

import re

import pyotp
import segno

from openslot.identity.keys.master_key import seal, unseal
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.identity.model.user import User
from openslot.identity.people.users import by_id
from openslot.identity.store import user_credentials
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis
from openslot.kernel.errors import InvalidValue
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx

STEP_SECONDS = 30
_DIGITS = 6
_CODE = re.compile(rf"\d{{{_DIGITS}}}", re.ASCII)
# RFC 6238 §5.2: one step each way, for the time that typing takes and for clocks that differ
_STEPS_AROUND = (0, -1, 1)
_SECRET_CHARACTERS = 32  # base32: 160 bits, RFC 4226 §4 R6
_SECRET = re.compile(rf"[A-Z2-7]{{{_SECRET_CHARACTERS}}}")


class WrongCode(InvalidValue):
    """Type the six digits that the app shows now. Each code is accepted once."""

    code = "wrong_code"
    title = "The code is wrong, has expired or was used already"


def sealing_key(keys: PurposeKeys) -> bytes:
    """The key under which secrets of second factors are sealed."""
    return keys.of(Purpose.SECOND_FACTORS)


def new_secret() -> str:
    """A secret for the user's app, in base32."""
    return pyotp.random_base32(_SECRET_CHARACTERS)


def provisioning_uri(secret: str, *, account_title: str, email: str) -> str:
    """What the app reads from the QR code: `otpauth://totp/…`, the account's title in front."""
    # A colon parts issuer and name in the label, however it is escaped.
    issuer = " ".join(account_title.replace(":", " ").split())
    return _totp(secret).provisioning_uri(name=email, issuer_name=issuer)


def qr_code(uri: str) -> str:
    """A QR code as an inline `<svg>`, black on white so that any camera reads it in dark mode."""
    return segno.make(uri, error="m", micro=False).svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True
    )


def enrol(
    tx: AccountTx, key: bytes, user: User, secret: str, code: str, *, by: Actor | None = None
) -> User:
    """Asks the user for codes from now on, once they have shown that their app makes them.

    `key` is `sealing_key`; the code that proves it is used up, and lets nobody in afterwards.

    Raises:
        WrongCode: the code is not one of this secret, now.
    """
    # The secret has been in a form meanwhile.
    step = _step_of(secret, code, tx.real_now) if _SECRET.fullmatch(secret) else None
    if step is None:
        raise WrongCode("code")
    sealed = seal(key, secret.encode("ascii"), _context(tx, user))
    user_credentials.set_totp(tx, user.id, sealed, step)
    audit.record(tx, "user.totp_enrolled", by, user=user.id)
    return by_id(tx, user.id)


def remove(tx: AccountTx, user: User, *, by: Actor | None = None) -> User:
    """Asks the user for no code of an app any more."""
    if not user.has_totp:
        return user
    user_credentials.set_totp(tx, user.id, None, None)
    audit.record(tx, "user.totp_removed", by, user=user.id)
    return by_id(tx, user.id)


def accept(tx: AccountTx, key: bytes, user: User, code: str) -> bool:
    """Uses a code of the user up; False: it is wrong, too old, or it or a later one was used.

    Raises:
        WrongMasterKey: the secret was sealed under another one.
    """
    stored = user_credentials.totp(tx, user.id)
    if stored is None:
        return False
    secret = unseal(key, stored.sealed, _context(tx, user)).decode("ascii")
    step = _step_of(secret, code, tx.real_now)
    # RFC 6238 §5.2: the second attempt of the same code MUST NOT be accepted
    return step is not None and user_credentials.take_totp_step(tx, user.id, step)


def _step_of(secret: str, code: str, now: Millis) -> int | None:
    """The time step that a code belongs to, of those around now."""
    digits = "".join(code.split())  # apps show them as 123 456
    if not _CODE.fullmatch(digits):
        return None
    totp = _totp(secret)
    current = now // (STEP_SECONDS * 1000)
    matching = [
        current + around
        for around in _STEPS_AROUND
        if pyotp.utils.strings_equal(totp.generate_otp(current + around), digits)
    ]
    return matching[0] if matching else None


def _totp(secret: str) -> pyotp.TOTP:
    return pyotp.TOTP(secret, digits=_DIGITS, interval=STEP_SECONDS)


def _context(tx: AccountTx, user: User) -> str:
    """Ties the secret to its row: second factors cannot change places."""
    return f"{tx.account.id} {user.id}"
