"""The installation's signing keys, as they are stored."""

from dataclasses import dataclass
from typing import NamedTuple

from openslot.kernel.clock import Millis


class Start(NamedTuple):
    """What tells the pairs apart, and puts them in their order."""

    signs_from: Millis
    announced_at: Millis


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A key pair with its private half encrypted."""

    kid: str
    algorithm: str
    public_jwk: str  # JSON
    private_sealed: bytes


@dataclass(frozen=True, slots=True)
class StoredKey(SealedKey):
    """A key pair with its times; the ES256 and the RS256 key of a pair have the same."""

    start: Start
