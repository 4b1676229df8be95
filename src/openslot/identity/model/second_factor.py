"""A user's second factor, as it is stored."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SealedTotp:
    """The secret of one-time codes, encrypted, and how far it has been used."""

    sealed: bytes
    last_step: int | None  # the last time step whose code was accepted
