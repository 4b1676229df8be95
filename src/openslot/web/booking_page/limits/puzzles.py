"""ALTCHA puzzles, version 1: a number that is found by trying, so that a flood costs something.

A puzzle says for which act it was asked, and until when it counts; nothing of it is stored until
it is solved.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any

from pydantic_core import from_json

from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.kernel.clock import MINUTE_MS, now_ms
from openslot.scheduling.booking.visitors import HumanProof

_ALGORITHM = "SHA-256"
_MOST = 50_000  # about half a second of a phone
_VALID_MS = 20 * MINUTE_MS
_SALT_BYTES = 12
_LONGEST_ANSWER = 4096


class Puzzles:
    """Makes and checks the puzzles of one installation."""

    def __init__(self, keys: PurposeKeys) -> None:
        """The key is that of the page's forms: a puzzle is a part of one."""
        self._key = keys.of(Purpose.PAGE_FORMS)

    def new(self, act: str) -> dict[str, Any]:
        """A puzzle whose solution is good for an act."""
        salt = f"{secrets.token_hex(_SALT_BYTES)}?expires={now_ms() + _VALID_MS}&act={act}&"
        challenge = _challenge(salt, secrets.randbelow(_MOST))
        return {
            "algorithm": _ALGORITHM,
            "challenge": challenge,
            "salt": salt,
            "maxnumber": _MOST,
            "signature": self._signature(challenge),
        }

    def proof(self, answer: str, act: str) -> HumanProof | None:
        """The proof that an answer is for an act; None: it is wrong, too old, or of another act."""
        if not answer or len(answer) > _LONGEST_ANSWER:
            return None
        try:
            given = from_json(base64.b64decode(answer, validate=True), allow_inf_nan=False)
            salt, challenge = str(given["salt"]), str(given["challenge"])
            number, signature = given["number"], str(given["signature"])
        except (ValueError, TypeError, KeyError, binascii.Error):
            return None
        if type(number) is not int or not 0 <= number <= _MOST:
            return None
        if challenge != _challenge(salt, number) or given.get("algorithm") != _ALGORITHM:
            return None
        if not hmac.compare_digest(signature.encode(), self._signature(challenge).encode()):
            return None
        # The challenge is signed and is made of the salt, so the salt is ours.
        said = dict(part.partition("=")[::2] for part in salt.partition("?")[2].split("&"))
        if said.get("act") != act or now_ms() >= int(said["expires"]):
            return None
        return HumanProof(challenge, int(said["expires"]))

    def _signature(self, challenge: str) -> str:
        return hmac.digest(self._key, f"puzzle {challenge}".encode(), hashlib.sha256).hex()


def _challenge(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()
