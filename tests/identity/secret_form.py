"""The published form of client secrets, as a secret scanner would look for it."""

import re
import zlib

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"(osk_[0-9A-Za-z]{43})([0-9A-Za-z]{6})")


def looks_like_secret(text: str) -> bool:
    """Whether a text is `osk_`, 43 characters, and the CRC-32 of all that as 6 more."""
    found = _FORM.fullmatch(text)
    return found is not None and _number(found[2]) == zlib.crc32(found[1].encode())


def _number(digits: str) -> int:
    value = 0
    for digit in digits:
        value = value * 62 + _BASE62.index(digit)
    return value
