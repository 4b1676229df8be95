"""Rows of feeds, and the appointments that are in one."""

from collections.abc import Sequence
from typing import Any

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import CANCELLED, STATUSES, Appointment
from openslot.scheduling.model.feeds.feed import Feed, FeedContent
from openslot.scheduling.store.appointments import COLUMNS, appointment_of
from openslot.storage.statements import AccountStatement, SystemStatement
from openslot.storage.transactions import AccountTx, SystemTx

_COLUMNS = "id, version, branch_id, resource_id, detail, language, created_at, last_read_at"

_INSERT = AccountStatement(f"""
    INSERT INTO feeds (account_id, {_COLUMNS}, digest)
    VALUES (:account_id, :id, 1, :branch_id, :resource_id, :detail, :language, :created_at, NULL,
            :digest)
""")  # noqa: S608

_PAGE = AccountStatement(f"""
    SELECT {_COLUMNS} FROM feeds WHERE account_id = :account_id AND id > :after
    ORDER BY id LIMIT :most
""")  # noqa: S608

_BY_ID = AccountStatement(f"""
    SELECT {_COLUMNS} FROM feeds WHERE account_id = :account_id AND id = :id
""")  # noqa: S608

_BY_DIGEST = AccountStatement(f"""
    SELECT {_COLUMNS} FROM feeds WHERE account_id = :account_id AND digest = :digest
""")  # noqa: S608

# Whose feed a token is of; none of a suspended account.
_OWNER = SystemStatement("""
    SELECT f.account_id FROM feeds AS f JOIN accounts AS a ON a.id = f.account_id
    WHERE f.digest = :digest AND a.suspended_at IS NULL
""")

# Every feed with the name of its account.
_EVERY = SystemStatement("""
    SELECT a.name, f.id, f.digest FROM feeds AS f JOIN accounts AS a ON a.id = f.account_id
    WHERE a.suspended_at IS NULL
""")

_ROTATE = AccountStatement("""
    UPDATE feeds SET version = version + 1, digest = :digest
    WHERE account_id = :account_id AND id = :id
""")

_NOTE_READ = AccountStatement("""
    UPDATE feeds SET last_read_at = :now WHERE account_id = :account_id AND id = :id
""")

_DELETE = AccountStatement("DELETE FROM feeds WHERE account_id = :account_id AND id = :id")

# Every status has its own order of starts in a part, so that no other row is read.
_LISTED_STATUSES = ", ".join(f"'{status}'" for status in STATUSES if status != CANCELLED)
_APPOINTMENTS = AccountStatement(f"""
    SELECT {", ".join(f"a.{name.strip()}" for name in COLUMNS.split(","))}
    FROM appointment_parts AS p CROSS JOIN appointments AS a
    WHERE p.account_id = :account_id AND p.part_id = :part_id AND p.status IN ({_LISTED_STATUSES})
      AND p.start_minute >= :first AND p.start_minute < :last
      AND a.account_id = :account_id AND a.id = p.appointment_id
    ORDER BY p.start_minute, p.appointment_id
""")  # noqa: S608


def insert(tx: AccountTx, id_: str, content: FeedContent, digest: bytes) -> None:
    """Adds a feed."""
    tx.run(
        _INSERT,
        id=id_,
        branch_id=content.branch_id,
        resource_id=content.resource_id,
        detail=content.detail,
        language=content.language,
        created_at=tx.now,
        digest=digest,
    )


def page(tx: AccountTx, after: str, most: int) -> list[Feed]:
    """So many whose ids come after one (or after ""), in the order they were made."""
    return [_feed(row) for row in tx.all(_PAGE, after=after, most=most)]


def by_id(tx: AccountTx, id_: str) -> Feed | None:
    """The feed with this id."""
    row = tx.one(_BY_ID, id=id_)
    return None if row is None else _feed(row)


def by_digest(tx: AccountTx, digest: bytes) -> Feed | None:
    """The account's feed whose token has this digest."""
    row = tx.one(_BY_DIGEST, digest=digest)
    return None if row is None else _feed(row)


def owner(tx: SystemTx, digest: bytes) -> str | None:
    """The id of the account whose feed it is; None: there is none, or it is suspended."""
    row = tx.one(_OWNER, digest=digest)
    return None if row is None else str(row[0])


def every(tx: SystemTx) -> list[tuple[str, str, bytes]]:
    """Every feed that can be read: its account's name, its id, the digest of its token."""
    return [(row[0], row[1], bytes(row[2])) for row in tx.all(_EVERY)]


def rotate(tx: AccountTx, id_: str, digest: bytes) -> None:
    """Gives a feed another token."""
    tx.run(_ROTATE, id=id_, digest=digest)


def note_read(tx: AccountTx, id_: str) -> None:
    """Writes down that it was read now."""
    tx.run(_NOTE_READ, id=id_, now=tx.now)


def delete(tx: AccountTx, id_: str) -> None:
    """Removes a feed."""
    tx.run(_DELETE, id=id_)


def appointments(tx: AccountTx, part_id: str, first: Minute, last: Minute) -> list[Appointment]:
    """Those that are not cancelled and start in `[first, last)`, by start."""
    rows = tx.all(_APPOINTMENTS, part_id=part_id, first=first, last=last)
    return [appointment_of(row) for row in rows]


def _feed(row: Sequence[Any]) -> Feed:
    id_, version, *content, created_at, last_read_at = row
    return Feed(id_, version, FeedContent(*content), created_at, last_read_at)
