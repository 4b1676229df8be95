"""The published form of client secrets, as a secret scanner would look for it."""

import re
import zlib

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"((?:osk|oak)_[0-9A-Za-z]{43})([0-9A-Za-z]{6})")


def looks_like_secret(text: str, kind: str = "osk") -> bool:
    """Whether a text is its kind and `_`, 43 characters, and the CRC-32 of all that as 6 more."""
    found = _FORM.fullmatch(text)
    if found is None or not text.startswith(f"{kind}_"):
        return False
    return _number(found[2]) == zlib.crc32(found[1].encode())


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 62 + _BASE62.index(digit)
    return value
