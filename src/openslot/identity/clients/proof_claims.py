"""Reading what clients sign: the parts that assertions and DPoP proofs have in common.

Unlike our own tokens these are made by all kinds of libraries, so the readings are those that
the RFCs allow, not those that we would write.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from openslot.identity.keys.jws import Jws, MalformedJws
from openslot.identity.keys.public_keys import ALGORITHMS
from openslot.kernel.clock import Millis

LEEWAY_MS = 30_000  # how far the clocks of two machines may differ

_MOST_SECONDS = 2**40  # beyond any date, and exact as a floating point number


def algorithm_of(parts: Jws) -> str:
    """The algorithm that the header names.

    Raises:
        MalformedJws: it is none of ours, or the header demands what we do not understand.
    """
    # RFC 7515 §4.1.11: `crit` names what must be understood, and we understand none of it
    if "crit" in parts.header:
        raise MalformedJws("crit is not supported")
    algorithm = parts.header.get("alg")
    # RFC 8725 §3.1: an explicit list, whatever the header says
    if algorithm not in ALGORITHMS:
        raise MalformedJws(f"alg must be {' or '.join(ALGORITHMS)}")
    return str(algorithm)


def text(claims: Mapping[str, Any], name: str) -> str:
    """A claim that must be there, a text of at least one character."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedJws(f"{name} is missing or no text")
    return value


def instant(claims: Mapping[str, Any], name: str) -> Millis | None:
    """A NumericDate (RFC 7519 §2: seconds, whole or not); None where the claim is absent."""
    if name not in claims:
        return None
    value = claims[name]
    if type(value) not in (int, float) or not abs(value) <= _MOST_SECONDS:
        raise MalformedJws(f"{name} is no number of seconds")
    return int(value * 1000)


def digest_of_id(kind: str, maker: str, token_id: str) -> bytes:
    """What is stored of a `jti`. Ids of two makers or kinds never meet.

    `kind` and `maker` hold no NUL.
    """
    # JSON may spell half of a surrogate pair, which UTF-8 cannot
    name = f"{kind}\0{maker}\0{token_id}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(name).digest()
