"""What messages are still to leave: which are due, and where."""

from openslot.delivery.model.message import Message
from openslot.delivery.store.messages import COLUMNS, message_of
from openslot.kernel.clock import Millis
from openslot.storage import accounts
from openslot.storage.accounts import account_of
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_A_DAY_MS = 86_400_000

# The first of the installation that are due and in nobody's hands, without sandboxes.
_FIRST_DUE = SystemStatement("""
    SELECT m.account_id FROM messages AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.channel = :channel AND m.due_at <= :now
      AND (m.leased_until IS NULL OR m.leased_until <= :now)
      AND a.sandbox = 0 AND a.suspended_at IS NULL
    ORDER BY m.due_at LIMIT :most
""")

# Sandboxes have clocks of their own: when the first message of each is due.
_SANDBOXES = SystemStatement(f"""
    SELECT {accounts.COLUMNS}, (
        SELECT min(m.due_at) FROM messages AS m
        WHERE m.account_id = accounts.id AND m.channel = :channel AND m.due_at IS NOT NULL
    ) AS first_due_at
    FROM accounts WHERE sandbox = 1 AND suspended_at IS NULL
""")  # noqa: S608

_DUE = AccountStatement(f"""
    SELECT {COLUMNS} FROM messages
    WHERE account_id = :account_id AND channel = :channel AND due_at <= :now
      AND (leased_until IS NULL OR leased_until <= :real_now)
    ORDER BY due_at, id LIMIT :most
""")  # noqa: S608

_DROP_DUE = AccountStatement("""
    UPDATE messages SET status = 'dropped', detail = :detail, at = :now, due_at = NULL,
        leased_until = :real_now
    WHERE account_id = :account_id AND due_at <= :now
""")

# Of one channel in the whole installation, without sandboxes and suspended accounts: nothing leaves
# them. What is tried again is due within a day; reminders that wait for their time do not count.
_WAITING = SystemStatement("""
    SELECT count(*), min(m.due_at) FROM messages AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.channel = :channel AND m.due_at <= :soon AND a.sandbox = 0 AND a.suspended_at IS NULL
      AND (m.due_at <= :now OR m.status = 'queued')
""")


def accounts_with_due(tx: SystemTx, channel: str, most: int) -> list[str]:
    """The ids of accounts with messages of a channel that are due by the account's own clock.

    Those of the first `most` messages, and every sandbox.
    """
    rows = tx.all(_FIRST_DUE, channel=channel, now=tx.real_now, most=most)
    sandboxes = [
        row[0]
        for row in tx.all(_SANDBOXES, channel=channel)
        if row[-1] is not None and row[-1] <= account_of(tuple(row[:-1])).now(tx.real_now)
    ]
    return list(dict.fromkeys([*(row[0] for row in rows), *sandboxes]))


def due(tx: AccountTx, channel: str, most: int) -> list[Message]:
    """The next messages of a channel that are due and in nobody's hands."""
    rows = tx.all(_DUE, channel=channel, now=tx.now, real_now=tx.real_now, most=most)
    return [message_of(row) for row in rows]


def drop_due(tx: AccountTx, detail: str) -> int:
    """Gives up whatever is due by now, as what may have left already; returns how many."""
    return tx.run(_DROP_DUE, now=tx.now, real_now=tx.real_now, detail=detail)


def waiting(tx: SystemTx, channel: str) -> tuple[int, Millis | None]:
    """How many of a channel are due or tried again, and when the first of them is due."""
    row = tx.one(_WAITING, channel=channel, now=tx.real_now, soon=tx.real_now + _A_DAY_MS)
    return (0, None) if row is None else (int(row[0]), row[1])
