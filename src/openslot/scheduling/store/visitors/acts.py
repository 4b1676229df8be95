"""What visitors hold and have booked, by the digest of their address."""

from openslot.kernel.clock import Millis
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

HOLD, BOOKING = "hold", "booking"

_LIVE_HOLDS = AccountStatement("""
    SELECT count(*), min(r.expires_at) FROM visitor_acts AS a
    JOIN reservations AS r ON r.account_id = a.account_id AND r.id = a.booking_id
    WHERE a.account_id = :account_id AND a.address = :address AND a.kind = 'hold'
    AND r.status = 'RESERVED' AND r.expires_at > :now
""")

_BOOKINGS = AccountStatement("""
    SELECT count(*) FROM visitor_acts
    WHERE account_id = :account_id AND address = :address AND kind = 'booking' AND at > :after
""")

_INSERT = AccountStatement("""
    INSERT INTO visitor_acts (account_id, address, kind, booking_id, at)
    VALUES (:account_id, :address, :kind, :booking_id, :at)
    ON CONFLICT (account_id, address, kind, booking_id) DO NOTHING
""")

_DELETE_OLD = AccountStatement(
    "DELETE FROM visitor_acts WHERE account_id = :account_id AND at <= :before"
)


def live_holds(tx: AccountTx, address: str) -> tuple[int, Millis | None]:
    """How many times an address holds, and when the first of them runs out."""
    row = tx.one(_LIVE_HOLDS, address=address, now=tx.now)
    assert row is not None  # noqa: S101  (a count is always there)
    return row[0], row[1]


def bookings(tx: AccountTx, address: str, after: Millis) -> int:
    """How many appointments an address has booked after an instant."""
    row = tx.one(_BOOKINGS, address=address, after=after)
    assert row is not None  # noqa: S101  (a count is always there)
    count: int = row[0]
    return count


def record(tx: AccountTx, address: str, kind: str, booking_id: str) -> None:
    """Notes that an address holds or has booked something, once."""
    tx.run(_INSERT, address=address, kind=kind, booking_id=booking_id, at=tx.now)


def delete_old(tx: AccountTx, before: Millis) -> int:
    """Removes what was done by an instant; returns how much."""
    return tx.run(_DELETE_OLD, before=before)
