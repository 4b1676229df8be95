"""Token ids (`jti`): UUIDv7 of the instant of issue, to the millisecond.

`iat` counts seconds. With this a token issued after a revocation lives, and one issued before it
does not, within the same second.
"""

import os
import re

from openslot.kernel.clock import Millis

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_FIXED_BITS = 0xF << 76 | 0x3 << 62
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def new_token_id(issued_at: Millis) -> str:
    """A new id (RFC 9562 §5.7): 48 bits of time, 74 random ones."""
    bits = issued_at << 80 | int.from_bytes(os.urandom(10), "big")
    digits = f"{bits & ~_FIXED_BITS | _VERSION_7 | _VARIANT:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_token_id(text: str) -> bool:
    """Whether a text is such an id, in its canonical form."""
    return _CANONICAL.fullmatch(text) is not None


def instant_of(token_id: str) -> Millis:
    """When the token was issued."""
    return int(token_id[:8] + token_id[9:13], 16)
