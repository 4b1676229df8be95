"""What the master key is used for: keys derived from it, one per purpose, and sealing at rest."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12  # NIST SP 800-38D §8.2: 96 bits


class WrongMasterKey(Exception):
    """Something was sealed under another master key, or has been changed since."""


def derived_key(master_key: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA-256, RFC 5869): none of them reveals another."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"openslot " + purpose.encode())
    return hkdf.derive(master_key)


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Encrypts with AES-256-GCM; it opens only under the same `context`."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """What was sealed.

    Raises:
        WrongMasterKey: by another key, for another context, or it has been changed.
    """
    nonce, encrypted = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, encrypted, context.encode())
    except (InvalidTag, ValueError) as error:
        raise WrongMasterKey from error
