"""Tables of appointments, imported, and what came of them."""

from openslot.importing.appointments import import_appointments
from openslot.importing.report import ImportReport
from openslot.scheduling.booking import appointments
from openslot.scheduling.model.appointment import Appointment
from scheduling.office import Office

HEAD = "externalReference,branch,service,start,firstName,lastName,email"


def imported(office: Office, *rows: str, head: str = HEAD, dry_run: bool = False) -> ImportReport:
    """What becomes of a table with these rows."""
    content = "\n".join([head, *rows]).encode()
    return office.town.run(
        import_appointments(
            office.town.database, office.account_id, content, "future.csv", dry_run=dry_run
        )
    )


def row(
    reference: str, start: str, more: str = "", service: str = "passport", branch: str = "centre"
) -> str:
    """One row for Ada, with cells after the usual ones."""
    return f"{reference},{branch},{service},{start},Ada,Lovelace,ada@example.org" + (
        f",{more}" if more else ""
    )


def taken(report: ImportReport) -> list[str]:
    """The ids of what was taken, when everything was."""
    assert [str(remark) for remark in report.not_taken] == []
    return [str(one.id) for one in report.taken]


def found(office: Office, appointment_id: str) -> Appointment:
    """An appointment as it is."""
    return office.do(appointments.get, appointment_id)


def faults(report: ImportReport) -> list[tuple[int, str | None]]:
    """Where rows were not taken."""
    return [(remark.line, remark.column) for remark in report.not_taken]
