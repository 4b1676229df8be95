"""Refresh tokens: `osr_`, and in base62 which grant, which of its tokens, and 256 bits of proof.

A token is computed, never stored: HMAC-SHA-256 under a key from outside the database, over a random
seed that lies in the grant's row. So the database alone gives no token, nor does the key alone;
the successor of a token can be given out a second time without storing it; and a token that was
rotated away is recognised for as long as its grant is there, in one row however often it rotated.
"""

import hmac
from dataclasses import dataclass
from uuid import UUID

from openslot.identity.clients.secrets import base62
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.identity.model.grant import Grant

PREFIX = "osr_"

_BYTES = 16 + 4 + 32  # grant id, generation, proof
_CHARACTERS = 70  # 62 ** 70 > 2 ** (8 * 52)
_DIGITS = {
    character: value
    for value, character in enumerate(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    )
}


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a text says it is; `is_genuine` checks it."""

    grant_id: str
    generation: int
    proof: bytes


def key_of(keys: PurposeKeys) -> bytes:
    """The key of the proofs."""
    return keys.of(Purpose.REFRESH_TOKENS)


def text_of(key: bytes, grant: Grant, generation: int) -> str:
    """A grant's refresh token of a generation."""
    data = UUID(grant.id).bytes + generation.to_bytes(4, "big") + _proof(key, grant, generation)
    return PREFIX + base62(int.from_bytes(data, "big"), _CHARACTERS)


def read(text: str) -> Claimed | None:
    """Takes a token apart; None: it has not the form of one."""
    digits = text.removeprefix(PREFIX)
    if not text.startswith(PREFIX) or len(digits) != _CHARACTERS:
        return None
    number = 0
    for character in digits:
        value = _DIGITS.get(character)
        if value is None:
            return None
        number = number * 62 + value
    if number >= 1 << 8 * _BYTES:
        return None
    data = number.to_bytes(_BYTES, "big")
    return Claimed(str(UUID(bytes=data[:16])), int.from_bytes(data[16:20], "big"), data[20:])


def is_genuine(key: bytes, grant: Grant, claimed: Claimed) -> bool:
    """Whether it was made here for this grant, now or some rotations ago."""
    proof = _proof(key, grant, claimed.generation)
    return hmac.compare_digest(proof, claimed.proof) and claimed.generation <= grant.generation


def _proof(key: bytes, grant: Grant, generation: int) -> bytes:
    message = grant.seed + UUID(grant.id).bytes + generation.to_bytes(4, "big")
    return hmac.digest(key, message, "sha256")
