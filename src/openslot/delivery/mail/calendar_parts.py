"""Which mails carry a calendar object. Pure."""

from openslot.calendars.objects import CalendarInvitation, invitation_of, method_of
from openslot.delivery.mail.composing import CalendarPart
from openslot.delivery.model.message_kinds import REMINDER


def calendar_part(kind: str, invitation: CalendarInvitation) -> CalendarPart | None:
    """The object of a mail; None: a reminder, or a mail of the organiser to itself.

    RFC 5546 §3.2.2: who organises is no attendee, and a request without one asks nobody.
    """
    if kind == REMINDER or invitation.organizer.lower() == invitation.attendee.lower():
        return None
    return CalendarPart(method_of(invitation), invitation_of(invitation))
