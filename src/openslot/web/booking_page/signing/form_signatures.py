"""Hidden fields come back as they were sent: a signature over them, which never expires.

A form also has a key of its own. What it reserves is named after it, so the same form sent twice
reserves once, in whatever process.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.kernel.clock import Millis, now_ms
from openslot.web.page_kit.field_pairs import FieldPairs, Pairs

KIND, NAMES, SIGNATURE, KEY = "form", "fields", "signature", "key"
_KEY_BYTES = 12


class FormChanged(Exception):
    """A hidden field is not what this server wrote into the form."""


@dataclass(frozen=True, slots=True)
class SentForm:
    """A form that came back: what the server wrote into it, and what a person did."""

    kind: str
    hidden: FieldPairs
    typed: FieldPairs


class FormSignatures:
    """Signs and checks the forms of one installation."""

    def __init__(self, keys: PurposeKeys) -> None:
        """The key is for this purpose alone."""
        self._key = keys.of(Purpose.PAGE_FORMS)

    def signed(self, account_id: str, kind: str, hidden: Pairs) -> list[tuple[str, str]]:
        """The hidden fields of a form, with its kind and its signature."""
        names = " ".join(dict.fromkeys(name for name, _ in hidden))
        mac = self._mac(account_id, kind, names, hidden)
        return [*hidden, (KIND, kind), (NAMES, names), (SIGNATURE, mac)]

    def checked(self, account_id: str, kinds: Sequence[str], form: FieldPairs) -> SentForm:
        """A form of one of these kinds.

        Raises:
            FormChanged: it is of another kind, or a hidden field was changed.
        """
        kind, names = form.one(KIND), form.one(NAMES)
        known = frozenset(names.split())
        hidden = [(name, value) for name, value in form.pairs if name in known]
        mac = self._mac(account_id, kind, names, hidden)
        given = form.one(SIGNATURE).encode("utf-8", "surrogatepass")
        if kind not in kinds or not hmac.compare_digest(mac.encode(), given):
            raise FormChanged
        typed = [(name, value) for name, value in form.pairs if name not in known]
        return SentForm(kind, FieldPairs(hidden), FieldPairs(typed))

    def reservation_id(self, account_id: str, key: str, start: str) -> str:
        """The id of what a form with this key reserves at a start.

        Raises:
            FormChanged: the key is none of ours.
        """
        made, _, _ = key.partition("-")
        try:
            made_at = int(made, 16)
        except ValueError:
            raise FormChanged from None
        return _uuid7(made_at, self._digest("reservation", account_id, key, start))

    def address_digest(self, account_id: str, address: str) -> str:
        """What stands for a network address where it is counted: nobody reads it back."""
        return self._digest("address", account_id, address).hex()

    def _mac(self, account_id: str, kind: str, names: str, hidden: Pairs) -> str:
        digest = self._digest("form", account_id, kind, names, *(f"{n}={v}" for n, v in hidden))
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _digest(self, *texts: str) -> bytes:
        # As JSON no two lists of texts are the same bytes.
        return hmac.digest(self._key, json.dumps(texts).encode(), hashlib.sha256)


def new_key() -> str:
    """The key of a new form: when it was made, and something that nobody guesses."""
    return f"{now_ms():x}-{secrets.token_hex(_KEY_BYTES)}"


def made_at(key: str) -> Millis:
    """When a form with this key was made, in real time."""
    return int(key.partition("-")[0], 16)


def _uuid7(made_at: Millis, digest: bytes) -> str:
    # RFC 9562 §5.7: 48 bits of time, then what is random, here by an HMAC
    number = int.from_bytes(digest[:10], "big")
    value = (made_at & (1 << 48) - 1) << 80 | number
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))
