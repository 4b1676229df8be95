"""A user's second factor, as it is stored, and what was typed wrong."""

from dataclasses import dataclass

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class SealedTotp:
    """The secret of one-time codes, encrypted, and how far it has been used."""

    sealed: bytes
    last_step: int | None  # the last time step whose code was accepted


@dataclass(frozen=True, slots=True)
class WrongCodes:
    """How often wrong codes were typed of a user."""

    count: int  # ever
    clear_at: Millis  # when it is as if there had been none
