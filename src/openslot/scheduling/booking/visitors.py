"""How much one network address and one person may hold and book on the booking page.

Below the limits nobody is asked for anything. Beyond one a visitor proves to be human, and far
beyond it that helps no longer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import MINUTE_MS, Millis
from openslot.scheduling.model.customers.customer_ids import mail_key_of
from openslot.scheduling.model.errors import TooManyReservations
from openslot.scheduling.store import appointment_lists
from openslot.scheduling.store.visitors import acts, proofs
from openslot.storage.transactions import AccountTx

REMEMBERED_MS = 24 * 60 * MINUTE_MS
_HOUR_MS = 60 * MINUTE_MS
CODE_VALID_MS = 20 * MINUTE_MS
_MOST_TRIES = 5
_FAR_BEYOND = 5  # times the limit of holds


class ProofNeeded(Exception):
    """The visitor is at a limit, and has given no proof that is still good."""


class PersonLimitReached(Exception):
    """The person has as many appointments ahead as one may have."""


@dataclass(frozen=True, slots=True)
class VisitorLimits:
    """The account's limits; 0 is off."""

    open_appointments: int  # of one person
    holds: int  # of one address, at the same time
    bookings_an_hour: int  # of one address


@dataclass(frozen=True, slots=True)
class HumanProof:
    """A proof that fits what is done now; it is good once."""

    id: str
    expires_at: Millis  # in real time


@dataclass(frozen=True, slots=True)
class CodeTrial:
    """What came of a code that was typed."""

    proof: HumanProof | None
    may_try_again: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes to the page."""

    address: str  # a digest of the network address
    limits: VisitorLimits
    proof: HumanProof | None = None


def count_hold(tx: AccountTx, visitor: Visitor, reservation_id: str) -> None:
    """Passes for one more hold of an address, and notes it.

    Raises:
        ProofNeeded: the address is at the limit.
        TooManyReservations: it is far beyond, whatever it proves.
    """
    most = visitor.limits.holds
    if most:
        tx.lock("visitor", (visitor.address,))
        live, first_expiry = acts.live_holds(tx, visitor.address)
        if live >= _FAR_BEYOND * most:
            wait = max(1, -(-((first_expiry or tx.now) - tx.now) // 1000))
            raise TooManyReservations(retry_after_seconds=wait)
        if live >= most:
            _use_proof(tx, visitor)
        acts.record(tx, visitor.address, acts.HOLD, reservation_id)


def count_booking(tx: AccountTx, visitor: Visitor, appointment_id: str) -> None:
    """Passes for one more booking of an address, and notes it.

    Raises:
        ProofNeeded: the address is at the limit.
    """
    most = visitor.limits.bookings_an_hour
    if most:
        tx.lock("visitor", (visitor.address,))
        if acts.bookings(tx, visitor.address, tx.now - _HOUR_MS) >= most:
            _use_proof(tx, visitor)
        acts.record(tx, visitor.address, acts.BOOKING, appointment_id)


def check_person(tx: AccountTx, customer: Mapping[str, Any], limits: VisitorLimits) -> None:
    """Passes for a person who may have one more appointment ahead.

    `customer` has `email` and `phoneE164`, or None.

    Raises:
        PersonLimitReached: there are as many as one person may have, whoever made them.
    """
    email, phone = customer.get("email"), customer.get("phoneE164")
    if not limits.open_appointments or not (email or phone):
        return
    mail_key = mail_key_of(email) if email else ""
    now = -(-tx.now // MINUTE_MS)
    if appointment_lists.open_of_person(tx, mail_key, phone or "", now) >= limits.open_appointments:
        raise PersonLimitReached


def expect_code(tx: AccountTx, code_id: str, act: str) -> None:
    """Notes that a code was mailed to somebody at a limit; it is good for one act."""
    proofs.expect(tx, code_id, act, tx.real_now + CODE_VALID_MS)


def try_code(tx: AccountTx, code_id: str, act: str, *, is_right: bool) -> CodeTrial:
    """What a code proves that somebody typed; five wrong ones end it."""
    tx.lock("visitor", (code_id,))
    found = proofs.expected(tx, code_id, act)
    if found is None or found[0] >= _MOST_TRIES:
        return CodeTrial(None, may_try_again=False)
    tries, expires_at = found
    if is_right:
        return CodeTrial(HumanProof(code_id, expires_at), may_try_again=True)
    proofs.count_try(tx, code_id)
    return CodeTrial(None, may_try_again=tries + 1 < _MOST_TRIES)


def is_expected(tx: AccountTx, code_id: str, act: str) -> bool:
    """Whether a code that was mailed may still be typed."""
    found = proofs.expected(tx, code_id, act)
    return found is not None and found[0] < _MOST_TRIES


def delete_old(tx: AccountTx) -> int:
    """Forgets what addresses did a day ago; returns how much."""
    return acts.delete_old(tx, tx.now - REMEMBERED_MS) + proofs.delete_old(tx)


def _use_proof(tx: AccountTx, visitor: Visitor) -> None:
    proof = visitor.proof
    if proof is None or tx.real_now >= proof.expires_at:
        raise ProofNeeded
    if not proofs.use(tx, proof.id, proof.expires_at):
        raise ProofNeeded
