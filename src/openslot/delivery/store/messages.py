"""Rows of messages to customers."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openslot.delivery.model.message import Message, ToldState
from openslot.kernel.clock import Minute
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

COLUMNS = (
    "id, booking_id, kind, channel, recipient, language, status, detail, at, due_at, planned_at, "
    "until, attempts, leased_until, rule, resent, state, previous_start, version, change_at, "
    "created_at"
)

_INSERT = AccountStatement(f"""
    INSERT INTO messages (account_id, {COLUMNS})
    VALUES (:account_id, :id, :booking_id, :kind, :channel, :recipient, :language, :status,
        :detail, :at, :due_at, :planned_at, :until, :attempts, :leased_until, :rule, :resent,
        :state, :previous_start, :version, :change_at, :created_at)
""")  # noqa: S608

_FIXED = {
    *("booking_id", "channel", "planned_at", "until", "rule", "resent", "state"),
    *("version", "change_at", "created_at"),
}
# What of a message changes.
_UPDATE = AccountStatement("""
    UPDATE messages SET kind = :kind, recipient = :recipient, language = :language,
        status = :status, detail = :detail, at = :at, due_at = :due_at, attempts = :attempts,
        leased_until = :leased_until, previous_start = :previous_start
    WHERE account_id = :account_id AND id = :id
""")

_BY_ID = AccountStatement(f"""
    SELECT {COLUMNS} FROM messages WHERE account_id = :account_id AND id = :id
""")  # noqa: S608

# Each account has its own index of ids: so many lookups as there are accounts.
_ACCOUNT_OF = SystemStatement("""
    SELECT a.id FROM accounts AS a JOIN messages AS m ON m.account_id = a.id WHERE m.id = :id
""")

_OF_BOOKINGS = AccountStatement(f"""
    SELECT {COLUMNS} FROM messages
    WHERE account_id = :account_id AND booking_id IN (SELECT value FROM json_each(:bookings))
    ORDER BY created_at, id
""")  # noqa: S608

# Mail that came back or was refused permanently, and none was taken by a server since.
# The ids come from the index of bookings alone: SQLite would rather read the whole account.
_UNDELIVERED = AccountStatement("""
    SELECT DISTINCT m.booking_id FROM messages AS m
    WHERE m.account_id = :account_id AND m.booking_id IN (SELECT value FROM json_each(:bookings))
      AND m.channel = 'email' AND m.status IN ('bounced', 'failed') AND m.recipient IS NOT NULL
      AND NOT EXISTS (
          SELECT 1 FROM messages AS later
          WHERE later.account_id = m.account_id AND later.id IN (
              SELECT one.id FROM messages AS one
              WHERE one.account_id = m.account_id AND one.booking_id = m.booking_id
          )
            AND later.channel = 'email' AND later.status = 'sent'
            AND (later.at, later.id) > (m.at, m.id)
      )
""")

# The condition is that of the index messages_not_arrived, word by word.
_NOT_ARRIVED = AccountStatement("""
    SELECT DISTINCT booking_id FROM messages
    WHERE account_id = :account_id AND channel = 'email' AND status IN ('bounced', 'failed')
      AND CAST(state ->> 3 AS BIGINT) >= :first
""")

_DELETE_OF_BOOKINGS = AccountStatement("""
    DELETE FROM messages WHERE account_id = :account_id
      AND booking_id IN (SELECT value FROM json_each(:bookings))
""")

# A message's state ends with the minute in which the appointment ends.
_WITH_EXPIRED = SystemStatement("""
    SELECT one.id FROM (
        SELECT value ->> 0 AS id, CAST(value ->> 1 AS BIGINT) AS before FROM json_each(:accounts)
    ) AS one
    WHERE EXISTS (
        SELECT 1 FROM messages AS m
        WHERE m.account_id = one.id AND m.recipient IS NULL
          AND CAST(m.state ->> 4 AS BIGINT) <= one.before
    )
""")

_DELETE_EXPIRED = AccountStatement("""
    DELETE FROM messages WHERE account_id = :account_id AND id IN (
        SELECT id FROM messages
        WHERE account_id = :account_id AND recipient IS NULL
          AND CAST(state ->> 4 AS BIGINT) <= :before
        LIMIT :most
    )
""")

_DELETE_DONE_CODES = AccountStatement("""
    DELETE FROM messages WHERE account_id = :account_id AND kind = 'code' AND due_at IS NULL
""")


def with_expired(tx: SystemTx, limits: Iterable[tuple[str, Minute]]) -> set[str]:
    """Which accounts have some of erased people whose appointments ended by a limit."""
    rows = tx.all(_WITH_EXPIRED, accounts=json.dumps(list(limits)))
    return {row[0] for row in rows}


def delete_expired(tx: AccountTx, before: Minute, most: int) -> int:
    """Removes those of erased people whose appointments ended by a minute; returns how many."""
    return tx.run(_DELETE_EXPIRED, before=before, most=most)


def delete_done_codes(tx: AccountTx) -> None:
    """Removes codes that will not leave any more."""
    tx.run(_DELETE_DONE_CODES)


def insert_each(tx: AccountTx, of_many: Iterable[Message]) -> None:
    """Adds messages."""
    tx.run_each(_INSERT, [_row(one) for one in of_many])


def update_each(tx: AccountTx, of_many: Iterable[Message]) -> None:
    """Writes how it goes with messages."""
    rows = [{n: v for n, v in _row(one).items() if n not in _FIXED} for one in of_many]
    tx.run_each(_UPDATE, rows)


def by_id(tx: AccountTx, id_: str) -> Message | None:
    """One message."""
    row = tx.one(_BY_ID, id=id_)
    return None if row is None else message_of(row)


def account_of(tx: SystemTx, id_: str) -> str | None:
    """The id of the account that a message is of."""
    row = tx.one(_ACCOUNT_OF, id=id_)
    return None if row is None else str(row[0])


def of_bookings(tx: AccountTx, booking_ids: Iterable[str]) -> list[Message]:
    """The messages of some bookings, the oldest first."""
    rows = tx.all(_OF_BOOKINGS, bookings=json.dumps(list(booking_ids)))
    return [message_of(row) for row in rows]


def undelivered(tx: AccountTx, booking_ids: Iterable[str]) -> set[str]:
    """Which of some bookings have mail that did not arrive, and none that was sent since."""
    return {row[0] for row in tx.all(_UNDELIVERED, bookings=json.dumps(list(booking_ids)))}


def not_arrived(tx: AccountTx, first: Minute) -> set[str]:
    """The bookings of which a mail did not arrive that told of a start at `first` or later."""
    return {row[0] for row in tx.all(_NOT_ARRIVED, first=first)}


def delete_of_bookings(tx: AccountTx, booking_ids: Sequence[str]) -> int:
    """Removes the messages of some bookings; returns how many."""
    return tx.run(_DELETE_OF_BOOKINGS, bookings=json.dumps(booking_ids))


def message_of(row: Sequence[Any]) -> Message:
    """The message of a row selected by `COLUMNS`."""
    status, branch_id, service_ids, start, end = json.loads(row[16])
    state = ToldState(status, branch_id, tuple(service_ids), start, end)
    return Message(*[*row[:15], bool(row[15]), state, *row[17:]])


def _row(one: Message) -> Mapping[str, Any]:
    return {
        "id": one.id,
        "booking_id": one.booking_id,
        "kind": one.kind,
        "channel": one.channel,
        "recipient": one.recipient,
        "language": one.language,
        "status": one.status,
        "detail": one.detail,
        "at": one.at,
        "due_at": one.due_at,
        "planned_at": one.planned_at,
        "until": one.until,
        "attempts": one.attempts,
        "leased_until": one.leased_until,
        "rule": one.rule,
        "resent": int(one.resent),
        "state": json.dumps(one.state, separators=(",", ":")),
        "previous_start": one.previous_start,
        "version": one.version,
        "change_at": one.change_at,
        "created_at": one.created_at,
    }
