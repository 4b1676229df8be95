"""Opaque tokens of addresses: what they say is sealed, so nobody reads, guesses or changes it.

The same content is always the same token (AES-SIV, RFC 5297): who sends a form twice is led to the
same address twice.
"""

import base64
import binascii
import json
from dataclasses import astuple, dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.kernel.clock import Minute

_LONGEST = 4096


class UnknownToken(Exception):
    """A token that is damaged, of another account, or none at all."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation and the choices that it was made from, so that it can be made again."""

    reservation_id: str
    branch_id: str
    service_ids: tuple[str, ...]
    party: int
    resource_id: str | None
    start: Minute
    replaces: str | None = None  # the appointment that it is to move


class SealedTokens:
    """Makes and reads the tokens of one installation."""

    def __init__(self, keys: PurposeKeys) -> None:
        """The key is for this purpose alone."""
        self._cipher = AESSIV(keys.of(Purpose.PAGE_TOKENS))

    def of_hold(self, account_id: str, hold: Hold) -> str:
        """The token that names a hold."""
        return self._sealed(astuple(hold), f"hold {account_id}")

    def hold(self, account_id: str, token: str, replaces: str | None = None) -> Hold:
        """The hold that a token names, which is to move the appointment `replaces`, or none.

        Raises:
            UnknownToken: none of this account, or one that is for something else.
        """
        values = self._opened(token, f"hold {account_id}")
        hold = Hold(*[*values[:2], tuple(values[2]), *values[3:]])
        if hold.replaces != replaces:
            raise UnknownToken
        return hold

    def of_booking(self, account_id: str, appointment_id: str) -> str:
        """The token of the page that says what was booked."""
        return self._sealed(appointment_id, f"booking {account_id}")

    def booking(self, account_id: str, token: str) -> str:
        """The id of the appointment that a token names.

        Raises:
            UnknownToken: none of this account.
        """
        return str(self._opened(token, f"booking {account_id}"))

    def _sealed(self, value: Any, context: str) -> str:
        plain = json.dumps(value, separators=(",", ":")).encode()
        return _spelled(self._cipher.encrypt(plain, [context.encode()]))

    def _opened(self, token: str, context: str) -> Any:
        if len(token) > _LONGEST:
            raise UnknownToken
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
            # The last character may have bits that say nothing: one spelling is enough.
            if _spelled(sealed) != token:
                raise UnknownToken
            return json.loads(self._cipher.decrypt(sealed, [context.encode()]))
        except (ValueError, binascii.Error, InvalidTag) as error:
            raise UnknownToken from error


def _spelled(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()
