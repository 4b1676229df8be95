"""A refresh token that comes again after it was rotated away (RFC 9700 §4.14.2). Pure.

Somebody else has it too then. A predecessor whose response may have been lost is let through.
"""

from openslot.identity.model.grant import Grant
from openslot.kernel.clock import Millis

GRACE_MS = 10_000  # in which the predecessor gets the same successor again


def is_reused(grant: Grant, generation: int, now: Millis) -> bool:
    """Whether a token of this generation has been used, and is no predecessor in its grace."""
    if generation == grant.generation:
        return False
    in_grace = now < grant.rotated_at + GRACE_MS
    return not (generation == grant.generation - 1 and in_grace)
