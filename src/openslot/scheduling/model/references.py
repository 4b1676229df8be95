"""References: six characters by which people and staff name an appointment to each other. Pure.

Without 0 and O, 1 and I, which people take for each other. A reference opens nothing by itself.
"""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BITS = 5  # that one of its characters stands for
_LENGTH = 6


def new_reference() -> str:
    """A random one of about a thousand million; the store sees to it that it is unique."""
    drawn = secrets.randbits(_BITS * _LENGTH)
    return "".join(ALPHABET[drawn >> place * _BITS & 31] for place in range(_LENGTH))


def reference_of(text: str) -> str:
    """A reference as it is stored, of any spelling in which people write it."""
    return text.strip().upper()
