"""Identifiers: UUIDv7 (RFC 9562 §5.7), as their lowercase text.

They grow with time, so that rows made together lie together and a commit touches few pages.
"""

import secrets
from uuid import UUID

import uuid_utils

_CANONICAL_LENGTH = 36
_OF_A_NAME = 5  # RFC 9562 §4.2


def new_id() -> str:
    """A new identifier."""
    return str(uuid_utils.uuid7())


def made_at(id_: str) -> int:
    """When an identifier was made, in milliseconds since 1970; 0: it does not tell."""
    # RFC 9562 §5.7: the first 48 bits of version 7 are the time
    return int(id_[:8] + id_[9:13], 16) if id_[14] == "7" else 0


def named_id(parent_id: str, name: str) -> str:
    """The identifier of a named part of a thing, always the same (RFC 9562 §5.5: UUIDv5)."""
    return str(uuid_utils.uuid5(uuid_utils.UUID(parent_id), name))


def is_derived(text: str) -> bool:
    """Whether an identifier is the `named_id` of something."""
    return UUID(text).version == _OF_A_NAME


def is_id(text: str) -> bool:
    """Whether a text is a UUID in its canonical form, in any case."""
    if len(text) != _CANONICAL_LENGTH:
        return False
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def new_version() -> int:
    """A version that no other content ever has: 63 random bits.

    Content read under it may stay in memory permanently, even when the transaction that
    wrote it is rolled back and another one writes in its place.
    """
    return secrets.randbits(63)
