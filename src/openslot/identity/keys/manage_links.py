"""The address by which one person looks after one appointment.

Its token is the appointment's id, encrypted so that it looks random and nobody can make another
(AES-SIV, RFC 5297). So nothing of it is stored, and it can be shown again.
"""

import base64
import binascii
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys

_CHARACTERS = 43  # 256 bits in base64url: half the id, half what proves it (RFC 5297 §2.6)
_CONTEXT = [b"manage link"]


class ManageLinks:
    """Makes and reads the links of one installation."""

    def __init__(self, keys: PurposeKeys, public_url: str) -> None:
        """The key is for this purpose alone."""
        self._cipher = AESSIV(keys.of(Purpose.MANAGE_LINKS))
        self._public_url = public_url

    def url(self, appointment_id: str) -> str:
        """The complete address, for messages."""
        return self._public_url + self.path(appointment_id)

    def path(self, appointment_id: str) -> str:
        """The address below `publicUrl`."""
        return f"/manage/{self.token(appointment_id)}"

    def token(self, appointment_id: str) -> str:
        """The token of an appointment: always the same."""
        sealed = self._cipher.encrypt(UUID(appointment_id).bytes, _CONTEXT)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def appointment_id(self, token: str) -> str | None:
        """The id of the appointment that a token names; None: it is no token of ours."""
        if len(token) != _CHARACTERS or not token.isascii():
            return None
        try:
            sealed = base64.b64decode(token + "=", b"-_", validate=True)
            found = str(UUID(bytes=self._cipher.decrypt(sealed, _CONTEXT)))
        except (InvalidTag, binascii.Error, ValueError):
            return None
        # The last character has two bits that say nothing: one spelling is enough.
        return found if self.token(found) == token else None
