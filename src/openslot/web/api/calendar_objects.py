"""Appointments as calendar objects, in the words of one locale."""

from openslot.calendars.objects import CalendarObject
from openslot.calendars.uids import CalendarUids
from openslot.scheduling.model.appointment import CANCELLED, Appointment
from openslot.scheduling.views.calendar_objects import AppointmentRevision
from openslot.web.api.localized_catalogue import LocalizedCatalogue


def calendar_object(
    localized: LocalizedCatalogue, uids: CalendarUids, revision: AppointmentRevision
) -> CalendarObject:
    """The object of an appointment; the summary says service and branch."""
    appointment = revision.appointment
    placement = appointment.placement
    branch = localized.branches[placement.branch_id]
    services = service_names(localized, appointment)
    return CalendarObject(
        uid=uids.of(appointment.id),
        sequence=revision.sequence,
        changed_at=revision.revised_at,
        start=placement.start,
        end=placement.end,
        is_cancelled=appointment.status == CANCELLED,
        summary=f"{services}, {branch.name}",
        location=", ".join([branch.name, *_address(localized, placement.branch_id)]),
        description=services,
    )


def service_names(localized: LocalizedCatalogue, appointment: Appointment) -> str:
    """What somebody comes for."""
    ids = appointment.placement.service_ids
    return ", ".join(localized.services[id_].name for id_ in ids)


def _address(localized: LocalizedCatalogue, branch_id: str) -> list[str]:
    address = localized.branches[branch_id].address
    if address is None:
        return []
    city = " ".join(part for part in (address.zipCode, address.city) if part)
    return [part for part in (address.streetName, city, address.country) if part]
