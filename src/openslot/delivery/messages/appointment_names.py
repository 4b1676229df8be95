"""What an appointment is called outside: in calendars, and by its customer's own link."""

from dataclasses import dataclass

from openslot.calendars.uids import CalendarUids
from openslot.identity.keys.manage_links import ManageLinks


@dataclass(frozen=True, slots=True)
class AppointmentNames:
    """Those of one installation."""

    uids: CalendarUids
    links: ManageLinks
