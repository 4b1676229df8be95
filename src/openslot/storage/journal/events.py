"""Events: what happened to bookings, in the order of commits, for those who must hear of it.

An event is written in the transaction of its change and lies in the *outbox* until `dispatch` gives
it a position in the account's list. Positions are given one dispatch after another, to changes that
are committed, so that a reader who goes on from the last position misses nothing and sees nothing
twice, whatever is committed meanwhile; no booking waits for another one to get its number.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openslot.kernel.clock import Millis
from openslot.kernel.ids import new_id
from openslot.storage.json_text import json_text
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

RETENTION_MS = 30 * 86_400_000
_MOST_AT_ONCE = 500
# At once: what follows from them is planned with them, and the loop serves nobody else meanwhile,
# for some ten milliseconds where customers are mailed and reminded. The statement that gives
# positions compares each event with each, so that many small ones cost less than a large one.
MOST_DISPATCHED = 10


@dataclass(frozen=True, slots=True)
class Event:
    """One change of a booking, as it was recorded."""

    id: str  # UUIDv7
    position: int  # in the account's list, rising in the order of commits
    type: str
    at: Millis  # by the account's clock
    booking_id: str
    version: int  # of the appointment, as the change made it
    data: Mapping[str, Any]
    # Who booked, as it was after the change; only on its way out, where a webhook wants it.
    customer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events of a list; by default every one."""

    types: tuple[str, ...] = ()  # empty: of every type
    booking_id: str = ""  # "": of every booking
    since: Millis = 0


EVERY_EVENT = EventFilter()

_INSERT = AccountStatement("""
    INSERT INTO events (account_id, id, position, type, at, booking_id, version, data, customer)
    VALUES (:account_id, :id, NULL, :type, :at, :booking_id, :version, :data, :customer)
""")

# The next accounts of the installation that have something in the outbox: one look into its index
# for each of them, however much of it waits. The empty text has the collation of a column.
_WAITING = SystemStatement("""
    WITH RECURSIVE waiting (id, place) AS (
        SELECT (SELECT substr(min(id), 1, 0) FROM accounts) || :after, 0
        UNION ALL
        SELECT (
            SELECT account_id FROM events WHERE position IS NULL AND account_id > waiting.id
            ORDER BY account_id, id LIMIT 1
        ), place + 1
        FROM waiting WHERE id IS NOT NULL AND place < :most
    )
    SELECT id FROM waiting WHERE place > 0 AND id IS NOT NULL ORDER BY place
""")

_OUTBOX = AccountStatement("""
    SELECT id, type, at, booking_id, version, data, customer FROM events
    WHERE account_id = :account_id AND position IS NULL ORDER BY id LIMIT :most
""")

_LAST_POSITION = AccountStatement("""
    SELECT max(position) FROM events WHERE account_id = :account_id AND position IS NOT NULL
""")

_IN_OUTBOX = AccountStatement("""
    SELECT booking_id FROM events WHERE account_id = :account_id AND position IS NULL
""")

# Gives each of some events its position; from here on nobody is named in it.
_SET_POSITIONS = AccountStatement("""
    UPDATE events SET customer = NULL, position = (
        SELECT CAST(one.value ->> 1 AS BIGINT) FROM json_each(:positions) AS one
        WHERE one.value ->> 0 = events.id
    )
    WHERE account_id = :account_id AND position IS NULL
      AND id IN (SELECT value ->> 0 FROM json_each(:positions))
""")

_COLUMNS = "id, position, type, at, booking_id, version, data"

_AFTER = AccountStatement(f"""
    SELECT {_COLUMNS} FROM events
    WHERE account_id = :account_id AND position > :after AND at >= :since
      AND (:booking_id = '' OR booking_id = :booking_id)
      AND (:types = '[]' OR type IN (SELECT value FROM json_each(:types)))
    ORDER BY position LIMIT :most
""")  # noqa: S608

_POSITION = AccountStatement("""
    SELECT position FROM events
    WHERE account_id = :account_id AND id = :id AND position IS NOT NULL
""")

# Which of some accounts have an event at the begin of their list that has expired, and a later one.
_DUE = SystemStatement("""
    SELECT one.id FROM (
        SELECT value ->> 0 AS id, CAST(value ->> 1 AS BIGINT) AS before FROM json_each(:accounts)
    ) AS one
    WHERE EXISTS (
        SELECT 1 FROM events AS e WHERE e.account_id = one.id AND e.at <= one.before
          AND e.position = (
              SELECT min(position) FROM events
              WHERE account_id = one.id AND position IS NOT NULL
          )
          AND EXISTS (
              SELECT 1 FROM events AS later
              WHERE later.account_id = one.id AND later.position > e.position
          )
    )
""")

# Of a list's first events those that have expired. The last one stays: positions go on from it.
_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM events WHERE account_id = :account_id AND at <= :before AND position < :last
      AND id IN (
          SELECT id FROM events WHERE account_id = :account_id AND position IS NOT NULL
          ORDER BY position LIMIT :most
      )
""")


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What is put into the outbox."""

    type: str
    booking_id: str
    version: int
    data: Mapping[str, Any]
    customer: Mapping[str, Any] | None = None


def append(tx: AccountTx, event: NewEvent) -> None:
    """Puts an event into the outbox, with the transaction that makes what it tells of."""
    tx.run(_INSERT, **_parameters(tx, event))


def append_each(tx: AccountTx, of_many: Iterable[NewEvent]) -> None:
    """As `append`, for many."""
    tx.run_each(_INSERT, [_parameters(tx, event) for event in of_many])


def _parameters(tx: AccountTx, event: NewEvent) -> dict[str, Any]:
    return {
        "id": new_id(),
        "type": event.type,
        "at": tx.now,
        "booking_id": event.booking_id,
        "version": event.version,
        "data": json_text(event.data),
        "customer": None if event.customer is None else json_text(event.customer),
    }


def waiting(tx: SystemTx, after: str, most: int) -> list[str]:
    """Accounts with something in the outbox: at most so many whose ids come after one, or ""."""
    return [row[0] for row in tx.all(_WAITING, after=after, most=most)]


def dispatch(tx: AccountTx) -> list[Event]:
    """Gives the events of the outbox, at most 10, their positions; returns them, in their order.

    One dispatch of an account runs at a time; bookings go on meanwhile.
    """
    tx.lock("events", ("",))
    outbox = {str(row[0]): row for row in tx.all(_OUTBOX, most=MOST_DISPATCHED)}
    if not outbox:
        return []
    last = last_position(tx)
    order = in_order([(id_, str(row[3]), int(row[4])) for id_, row in outbox.items()])
    positions = {id_: last + place for place, id_ in enumerate(order, 1)}
    tx.run(_SET_POSITIONS, positions=json_text(list(positions.items())))
    return [
        _event((id_, place, *outbox[id_][1:-1]), outbox[id_][-1])
        for id_, place in positions.items()
    ]


def in_outbox(tx: AccountTx) -> set[str]:
    """The ids of the bookings of which an event has no position yet."""
    return {row[0] for row in tx.all(_IN_OUTBOX)}


def in_order(outbox: Sequence[tuple[str, str, int]]) -> list[str]:
    """The ids of events (id, booking, version) in the order of their list.

    The order of ids, which is that of time; but the changes of one booking stand in the order of
    versions, though another machine's clock be late. Pure.
    """
    versions: dict[str, list[tuple[int, str]]] = {}
    for id_, booking_id, version in outbox:
        versions.setdefault(booking_id, []).append((version, id_))
    next_of = {booking_id: iter(sorted(changes)) for booking_id, changes in versions.items()}
    return [next(next_of[booking_id])[1] for _, booking_id, _ in outbox]


def last_position(tx: AccountTx) -> int:
    """The position of the list's last event; 0 before the first one."""
    row = tx.one(_LAST_POSITION)
    return int(row[0]) if row and row[0] is not None else 0


def position_of(tx: AccountTx, event_id: str) -> int | None:
    """The position of an event; None: it is not, or no longer, in the list."""
    row = tx.one(_POSITION, id=event_id)
    return int(row[0]) if row else None


def after(
    tx: AccountTx, position: int, most: int, wanted: EventFilter = EVERY_EVENT
) -> list[Event]:
    """The next events of the account's list after a position, 0 being its begin."""
    rows = tx.all(
        _AFTER,
        after=position,
        most=most,
        since=wanted.since,
        booking_id=wanted.booking_id,
        types=json_text(wanted.types),
    )
    return [_event(row) for row in rows]


def _event(row: Sequence[Any], customer: str | None = None) -> Event:
    who = None if customer is None else json.loads(customer)
    return Event(*[*row[:-1], json.loads(row[-1]), who])


def due(tx: SystemTx, limits: Iterable[tuple[str, Millis]]) -> set[str]:
    """The ids of those accounts whose list begins with an event from before their limit."""
    return {row[0] for row in tx.all(_DUE, accounts=json_text(list(limits)))}


def delete_expired(tx: AccountTx) -> int:
    """Removes at most 500 events of over 30 days ago, by the account's clock; returns how many."""
    return tx.run(
        _DELETE_EXPIRED,
        before=tx.now - RETENTION_MS,
        last=last_position(tx),
        most=_MOST_AT_ONCE,
    )
