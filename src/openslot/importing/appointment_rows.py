"""A table of appointments, read: what each row asks for, in the account's own ids."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from openslot.calendars.wall_times import TWICE, NoSuchTime, start_of
from openslot.importing import cells, tables
from openslot.importing.report import ImportReport
from openslot.importing.tables import Row
from openslot.kernel import fields
from openslot.kernel.errors import Invalid
from openslot.kernel.fields import FieldRefused
from openslot.kernel.ids import named_id
from openslot.kernel.remarks import Remark
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.model.catalogue import Branch, Catalogue, Service
from openslot.scheduling.model.customers import customers
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_STAFF
from openslot.scheduling.model.customers.customers import Customer

ANSWER_TO = "answer:"  # followed by the key of a question
_REQUIRED = ("externalReference", "branch", "service", "start", "firstName", "lastName", "email")
_OPTIONAL = (
    *("identifier", "phoneNumber", "dateOfBirth"),
    *("numberOfReservations", "resource", "notes"),
)
_COLUMNS = {  # of the fields of faults that are found when it is booked
    "party": "numberOfReservations",
    "services": "service",
    "resource": "resource",
    "customer.phone_number": "phoneNumber",
    "customer.date_of_birth": "dateOfBirth",
}


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One row that can be booked."""

    row: Row
    id: str  # of its appointment, the same for the same reference
    wanted: SlotRequest
    details: AppointmentDetails


def appointment_rows(
    content: bytes, file: str, account_id: str, of_account: Catalogue
) -> tuple[list[AppointmentRow], ImportReport]:
    """Every row that can be booked, and a report of those that cannot.

    Raises:
        UnreadableTable: nothing can be taken from the file.
    """
    known = (*_REQUIRED, *_OPTIONAL)
    table = tables.read(content, file, known, _REQUIRED, {ANSWER_TO: r"[^\s]+"})
    report = ImportReport(not_taken=[*table.unknown_columns, *table.faulty_rows])
    readable = []
    lines: dict[str, int] = {}
    for row in table.rows:
        reader = _RowReader(row, account_id, of_account)
        entry = reader.entry()
        reference = row.cells.get("externalReference", "")
        first = lines.setdefault(reference, row.line)
        if reference and first != row.line:
            says = f"line {first} has the same; every appointment needs a reference of its own"
            reader.faults.append(row.remark("externalReference", says))
        if entry is None or reader.faults:
            report.not_taken += reader.faults
            continue
        report.remarks += reader.remarks
        readable.append(entry)
    return readable, report


class _RowReader:
    """Reads one row, and collects all that is wrong with it."""

    def __init__(self, row: Row, account_id: str, of_account: Catalogue) -> None:
        self.row = row
        self.account_id = account_id
        self.of_account = of_account
        self.faults: list[Remark] = []
        self.remarks: list[Remark] = []

    def entry(self) -> AppointmentRow | None:
        """The row as it can be booked; None, with faults, where it cannot."""
        missing = [name for name in _REQUIRED if name not in self.row.cells]
        self.faults += [self.row.remark(name, "is empty") for name in missing]
        of_account = self.of_account
        branch: Branch | None = self._named("branch", of_account.branches_by_key)
        services = self._services()
        by_key = {r.key: r for r in of_account.resources.values()}
        resource = self._named("resource", by_key)
        start = self._start(branch) if branch else None
        party = cells.whole(self.row.cells.get("numberOfReservations", "1"))
        if not isinstance(party, int) or party < 1:
            self._refuse("numberOfReservations", "must be a whole number, 1 or more")
        notes = self._checked("notes", fields.long_text)
        answers = self._answers(services)
        appointment_id = appointment_id_of(
            self.account_id, self.row.cells.get("externalReference", "")
        )
        customer = self._customer(appointment_id)
        if self.faults or branch is None or start is None:
            return None
        wanted = SlotRequest(
            branch_id=branch.id,
            service_ids=tuple(service.id for service in services),
            party=party,
            start=start,
            resource_id=resource.id if resource else None,
        )
        details = AppointmentDetails(customer, NEEDS_OF_STAFF, answers, notes, origin="import")
        return AppointmentRow(self.row, appointment_id, wanted, details)

    def _refuse(self, column: str, says: str) -> None:
        self.faults.append(self.row.remark(column, says))

    def _named(self, column: str, known: Mapping[str, Any], key: str | None = None) -> Any:
        key = self.row.cells.get(column) if key is None else key
        if key is None:
            return None
        if key not in known or not known[key].active:
            active = [name for name, thing in known.items() if thing.active]
            close = get_close_matches(key, active, n=1)
            meant = f'; did you mean "{close[0]}"?' if close else ""
            self._refuse(column, f'the account has no {column} with the key "{key}"{meant}')
            return None
        return known[key]

    def _services(self) -> list[Service]:
        keys = cells.listed(self.row.cells.get("service", ""))
        if len(set(keys)) < len(keys):
            self._refuse("service", "names a service twice")
        found = [self._named("service", self.of_account.services_by_key, key) for key in keys]
        return [service for service in found if service is not None]

    def _start(self, branch: Branch) -> int | None:
        if "start" not in self.row.cells:
            return None
        try:
            start, twice = start_of(self.row.cells["start"], branch.zone)
        except NoSuchTime as refusal:
            self._refuse("start", str(refusal))
            return None
        if twice:
            self.remarks.append(self.row.remark("start", TWICE))
        return start

    def _customer(self, appointment_id: str) -> Customer:
        # A person without an identifier belongs to this appointment alone.
        identifier = self._checked("identifier", customers.identifier)
        return Customer(
            identifier=identifier or appointment_id.replace("-", ""),
            first_name=self._checked("firstName", fields.name) or "",
            last_name=self._checked("lastName", fields.name) or "",
            email=self._checked("email", fields.email) or "",
            phone_number=self._checked("phoneNumber", fields.short_text),
            date_of_birth=self._checked("dateOfBirth", fields.birth_date),
        )

    def _checked(self, column: str, rule: Callable[[str], str]) -> str | None:
        try:
            return rule(self.row.cells[column]) if column in self.row.cells else None
        except FieldRefused as refusal:
            self._refuse(column, str(refusal))
            return None

    def _answers(self, services: Sequence[Service]) -> list[dict[str, str]]:
        questions = {q.key: q for service in services for q in service.questions}
        given = []
        for column in self.row.cells:
            if not column.startswith(ANSWER_TO):
                continue
            question = questions.get(column.removeprefix(ANSWER_TO))
            if question is None:
                self._refuse(column, "the service has no question with this key")
            else:
                answer = self._checked(column, fields.long_text)
                given += [{"id": question.id, "answer": answer}] if answer else []
        for key, question in questions.items():
            if question.required and ANSWER_TO + key not in self.row.cells:
                self._refuse(ANSWER_TO + key, "must be answered for this service")
        return given


def appointment_id_of(account_id: str, reference: str) -> str:
    """The id of the appointment that a reference of an account has, always the same."""
    return named_id(account_id, f"imported appointment {reference}")


def remarks_of(row: Row, refusal: Invalid) -> list[Remark]:
    """Everything that booking found wrong with a row, at the columns that it is about."""
    return [row.remark(_COLUMNS.get(fault.field), fault.detail) for fault in refusal.faults]
