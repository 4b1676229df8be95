"""Pages of the account's appointments, by start: each reads a few rows, whatever the history."""

from collections.abc import Sequence
from functools import lru_cache

from openslot.kernel.clock import Minute
from openslot.scheduling.model.appointment import STATUSES, Appointment
from openslot.scheduling.model.appointment_filter import AppointmentFilter
from openslot.scheduling.store.appointment_parts import EVERYTHING
from openslot.scheduling.store.appointments import COLUMNS, appointment_of
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

# Every status has its own order of starts in a part; a page is the first of the merged ones.
_OF_STATUS = """
    SELECT * FROM (
        SELECT p.start_minute AS start, p.appointment_id AS id FROM {listed} AS p
        WHERE p.account_id = :account_id AND p.status = '{status}'
        AND p.start_minute >= :first AND p.start_minute < :last
        AND (p.start_minute > :after_start OR p.appointment_id > :after_id)
        {conditions}
        ORDER BY p.start_minute, p.appointment_id LIMIT :limit
    ) AS of_status
"""
_IN_PART_TOO = """
    AND EXISTS (
        SELECT 1 FROM appointment_parts AS other
        WHERE other.account_id = :account_id AND other.part_id = :part_{number}
        AND other.status = p.status AND other.start_minute = p.start_minute
        AND other.appointment_id = p.appointment_id
    )
"""
_NOT_CONFLICTED = """
    AND EXISTS (
        SELECT 1 FROM appointments AS fitting
        WHERE fitting.account_id = :account_id AND fitting.id = p.appointment_id
        AND fitting.stranded = 0
    )
"""
# There are few of them, and they have an order of their own.
_CONFLICTED = """(
    SELECT account_id, status, start_minute, id AS appointment_id FROM appointments
    WHERE account_id = :account_id AND stranded = 1
)"""


_OPEN_OF_PERSON = AccountStatement("""
    SELECT count(*) FROM appointments
    WHERE account_id = :account_id AND status = 'CONFIRMED' AND start_minute >= :now
    AND (mail_key = :mail_key OR phone_key = :phone_key)
""")


@lru_cache(maxsize=256)
def _statement(parts: int, status: str | None, conflicted: bool | None) -> AccountStatement:
    conditions = [_IN_PART_TOO.format(number=number) for number in range(1, parts)]
    if conflicted:
        conditions.append(_IN_PART_TOO.format(number=0))
    else:
        conditions.append("AND p.part_id = :part_0")
    if conflicted is False:
        conditions.append(_NOT_CONFLICTED)
    merged = " UNION ALL ".join(
        _OF_STATUS.format(
            listed=_CONFLICTED if conflicted else "appointment_parts",
            status=one,
            conditions="\n".join(conditions),
        )
        for one in ([status] if status else STATUSES)
    )
    columns = ", ".join(f"a.{name.strip()}" for name in COLUMNS.split(","))
    return AccountStatement(f"""
        SELECT {columns} FROM (
            SELECT start, id FROM ({merged}) AS merged ORDER BY start, id LIMIT :limit
        ) AS found CROSS JOIN appointments AS a
        WHERE a.account_id = :account_id AND a.id = found.id
        ORDER BY found.start, found.id
    """)  # noqa: S608


def page(
    tx: AccountTx, wanted: AppointmentFilter, after: tuple[Minute, str] | None, limit: int
) -> list[Appointment]:
    """The next `limit` appointments by start and id, from a place in that order on."""
    # The part with the fewest appointments leads; the others are wanted about each of them.
    named = (wanted.resource_id, wanted.service_id, wanted.branch_id)
    parts: Sequence[str] = [part for part in named if part is not None] or [EVERYTHING]
    after_start, after_id = after or (wanted.first - 1, "")
    rows = tx.all(
        _statement(len(parts), wanted.status, wanted.conflicted),
        first=max(wanted.first, after_start),
        last=wanted.last,
        after_start=after_start,
        after_id=after_id,
        limit=limit,
        **{f"part_{number}": part for number, part in enumerate(parts)},
    )
    return [appointment_of(row) for row in rows]


def open_of_person(tx: AccountTx, mail_key: str, phone_key: str, now: Minute) -> int:
    """How many appointments ahead there are for an e-mail address or a phone; "" is none."""
    row = tx.one(_OPEN_OF_PERSON, mail_key=mail_key, phone_key=phone_key, now=now)
    assert row is not None  # noqa: S101  (a count is always there)
    count: int = row[0]
    return count
