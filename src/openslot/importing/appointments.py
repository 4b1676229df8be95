"""Booking the rows of a table of appointments.

A row gets the time that it has elsewhere already: by the rules where they allow it, else
against them, and then the report says which rule, or which appointments it overlaps. A block is
never overridden.
"""

from contextlib import suppress

from openslot.importing.appointment_rows import AppointmentRow, appointment_rows, remarks_of
from openslot.importing.one_by_one import import_each, listed
from openslot.importing.report import UNCHANGED, ImportedRecord, ImportOutcome, ImportReport
from openslot.importing.tables import Row
from openslot.kernel.actor import IMPORT, operator_of
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Minute
from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.remarks import Remark
from openslot.scheduling.booking import appointments, staff
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.booking.rule_overrides import RuleOverride
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.model.zones import wall_time
from openslot.scheduling.views.overbooking import overbooked_with
from openslot.storage.transactions import AccountTx, Database

_IMPORTED = "imported"  # the reason in each appointment's history
_MOST_YEARS = 5  # ahead: nobody has made an appointment for later


async def import_appointments(
    database: Database, account_id: str, content: bytes, file: str, *, dry_run: bool = False
) -> ImportReport:
    """Books the rows of a table; with `dry_run` only says what it would do with each by itself.

    A row whose reference was imported before changes nothing, whatever became of it since.

    Raises:
        UnreadableTable: nothing can be taken from the file.
    """
    of_account = await database.read(account_id, current_catalogue)
    rows, report = appointment_rows(content, file, account_id, of_account)
    report.add(await import_each(database, account_id, _import, rows, dry_run=dry_run))
    return report


def _import(tx: AccountTx, entry: AppointmentRow) -> ImportOutcome:
    row = entry.row
    there: Appointment | None = None
    with suppress(NotFound):
        there = appointments.get(tx, entry.id)
    if there is not None:
        imported = ImportedRecord(row.file, row.line, there.id, UNCHANGED)
        return ImportOutcome(imported, _changed_since(tx, entry, there))
    fault = _fault_of_start(entry.wanted.start, tx.now // MINUTE_MS)
    if fault is not None:
        return ImportOutcome(None, [row.remark("start", fault)])
    try:
        booked, refusal = _booked(tx, entry)
    except SlotUnavailable as blocked:
        return ImportOutcome(None, [row.remark("start", blocked.detail)])
    except Invalid as invalid:
        return ImportOutcome(None, remarks_of(row, invalid))
    except NotFound as changed:  # the catalogue has changed meanwhile
        return ImportOutcome(None, [row.remark(None, changed.detail)])
    remarks = [] if refusal is None else [_override_remark(tx, row, booked, refusal)]
    return ImportOutcome(ImportedRecord(row.file, row.line, booked.id), remarks)


def _fault_of_start(start: Minute, now: Minute) -> str | None:
    if start <= now:
        return "is past; future appointments are imported"
    if start > now + _MOST_YEARS * 366 * MINUTES_PER_DAY:
        return f"is more than {_MOST_YEARS} years ahead; check the year"
    return None


def _booked(tx: AccountTx, entry: AppointmentRow) -> tuple[Appointment, SlotUnavailable | None]:
    """The appointment, and why the rules would have refused it."""
    operator = operator_of(tx.account.id).on_side(IMPORT)

    def book(*, override: bool) -> Appointment:
        return staff.book(
            tx,
            operator,
            entry.wanted,
            entry.details,
            RuleOverride(requested=override, reason=_IMPORTED),
            NO_KEY,
            entry.id,
        )

    try:
        return book(override=False), None
    except SlotUnavailable as refusal:
        return book(override=True), refusal


def _override_remark(
    tx: AccountTx, row: Row, booked: Appointment, refusal: SlotUnavailable
) -> Remark:
    overlapped = overbooked_with(tx, booked)
    if overlapped:
        return row.remark("start", f"overlaps more than there are places for: {listed(overlapped)}")
    return row.remark("start", f"booked against the rules: {refusal.detail}")


def _changed_since(tx: AccountTx, entry: AppointmentRow, there: Appointment) -> list[Remark]:
    """What an earlier import made, where it is no longer what the row says."""
    branch = current_catalogue(tx).branches[entry.wanted.branch_id]
    if there.status == CANCELLED:
        return [entry.row.remark(None, "was imported before and is cancelled; it stays so")]
    if there.placement.start != entry.wanted.start:
        at = wall_time(there.placement.start, branch.zone).replace("T", " ")
        says = f"was imported before and stands at {at} now; it stays there"
        return [entry.row.remark("start", says)]
    return []
