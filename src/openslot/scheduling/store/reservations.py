"""Rows of reservations."""

from collections.abc import Iterable, Sequence
from typing import Any

from openslot.kernel.clock import Millis
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.store import placement_rows
from openslot.storage.json_text import json_text
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

_OWN = "id, client_id, status, created_at, expires_at, ended_at, replaces, notes"

_SELECT = AccountStatement(f"""
    SELECT {_OWN}, {placement_rows.COLUMNS} FROM reservations
    WHERE account_id = :account_id AND id = :id
""")  # noqa: S608

_LIVE = AccountStatement(f"""
    SELECT {_OWN}, {placement_rows.COLUMNS} FROM reservations
    WHERE account_id = :account_id AND status = 'RESERVED' AND expires_at > :now
""")  # noqa: S608

_EXPIRED = AccountStatement(f"""
    SELECT {_OWN}, {placement_rows.COLUMNS} FROM reservations
    WHERE account_id = :account_id AND status = 'RESERVED' AND expires_at <= :now
    ORDER BY expires_at, id LIMIT :most
""")  # noqa: S608

_INSERT = AccountStatement(f"""
    INSERT INTO reservations
        (account_id, id, client_id, status, created_at, expires_at, replaces, notes,
        {placement_rows.COLUMNS})
    VALUES (:account_id, :id, :client_id, 'RESERVED', :created_at, :expires_at, :replaces, :notes,
        {placement_rows.PARAMETERS})
""")  # noqa: S608

_END = AccountStatement("""
    UPDATE reservations SET status = :status, ended_at = :ended_at
    WHERE account_id = :account_id AND id = :id AND status = 'RESERVED'
""")

_RENEW = AccountStatement("""
    UPDATE reservations SET expires_at = :expires_at
    WHERE account_id = :account_id AND id = :id AND status = 'RESERVED'
""")

_DELETE = AccountStatement("DELETE FROM reservations WHERE account_id = :account_id AND id = :id")

_COUNT_LIVE = AccountStatement("""
    SELECT count(*), min(expires_at) FROM reservations
    WHERE account_id = :account_id AND client_id = :client_id AND status = 'RESERVED'
    AND expires_at > :now
""")

_EXPIRE = AccountStatement("""
    UPDATE reservations SET status = 'EXPIRED', ended_at = expires_at
    WHERE account_id = :account_id AND status = 'RESERVED'
      AND id IN (SELECT value FROM json_each(:ids))
""")

_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM reservations
    WHERE account_id = :account_id AND id IN (
        SELECT id FROM reservations
        WHERE account_id = :account_id AND coalesce(ended_at, expires_at) <= :before LIMIT 500
    )
""")


def _reservation(row: Sequence[Any]) -> Reservation:
    return Reservation(*[*row[:8], placement_rows.placement_of(row[8:])])


def by_id(tx: AccountTx, reservation_id: str) -> Reservation | None:
    """One reservation, whatever became of it."""
    row = tx.one(_SELECT, id=reservation_id)
    return _reservation(row) if row else None


def live(tx: AccountTx, now: Millis) -> list[Reservation]:
    """Every reservation that holds its slot at `now`."""
    return [_reservation(row) for row in tx.all(_LIVE, now=now)]


def expired(tx: AccountTx, now: Millis, most: int) -> list[Reservation]:
    """The first reservations that expired by `now` without being marked so."""
    return [_reservation(row) for row in tx.all(_EXPIRED, now=now, most=most)]


def insert(tx: AccountTx, reservation: Reservation) -> None:
    """Adds a live reservation."""
    tx.run(
        _INSERT,
        id=reservation.id,
        client_id=reservation.client_id,
        created_at=reservation.created_at,
        expires_at=reservation.expires_at,
        replaces=reservation.replaces,
        notes=reservation.notes,
        **placement_rows.parameters_of(reservation.placement),
    )


def end(tx: AccountTx, reservation_id: str, status: str, ended_at: Millis) -> int:
    """Marks a reservation as MOVED or RELEASED; 0 when it no longer was RESERVED."""
    return tx.run(_END, id=reservation_id, status=status, ended_at=ended_at)


def renew(tx: AccountTx, reservation_id: str, expires_at: Millis) -> None:
    """Gives a live reservation another expiry."""
    tx.run(_RENEW, id=reservation_id, expires_at=expires_at)


def delete(tx: AccountTx, reservation_id: str) -> None:
    """Removes a reservation: it has become an appointment."""
    tx.run(_DELETE, id=reservation_id)


def count_live(tx: AccountTx, client_id: str, now: Millis) -> tuple[int, Millis | None]:
    """How many live reservations a client owns, and when the first of them expires."""
    row = tx.one(_COUNT_LIVE, client_id=client_id, now=now)
    assert row is not None  # noqa: S101  (a count is always there)
    return row[0], row[1]


def expire(tx: AccountTx, ids: Iterable[str]) -> int:
    """Marks reservations as EXPIRED, so that they stay so when a clock is set back."""
    return tx.run(_EXPIRE, ids=json_text(list(ids)))


def delete_expired(tx: AccountTx, before: Millis) -> int:
    """Removes at most 500 reservations that ended by `before`; returns how many."""
    return tx.run(_DELETE_EXPIRED, before=before)
