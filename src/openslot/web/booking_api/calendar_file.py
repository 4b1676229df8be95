"""An appointment as a file for calendars."""

from openslot.calendars.objects import MEDIA_TYPE, calendar_of
from openslot.scheduling.views.calendar_objects import AppointmentRevision
from openslot.storage.transactions import AccountTx
from openslot.web.api.calendar_objects import calendar_object
from openslot.web.api.localized_catalogue import language_headers, localized_catalogue
from openslot.web.http.response import Response
from openslot.web.http.route import Call


def shown(tx: AccountTx, call: Call, revision: AppointmentRevision) -> Response:
    """The file."""
    localized = localized_catalogue(tx, call.languages)
    body = calendar_of([calendar_object(localized, call.calendar_uids, revision)])
    headers = {
        "Content-Type": MEDIA_TYPE,
        "Content-Disposition": 'attachment; filename="appointment.ics"',
        "Cache-Control": "no-store",
        **language_headers(localized),
    }
    return Response(200, body, headers)
