"""Where an act leads: back to the list of appointments that somebody works through, if any."""

import re
from urllib.parse import urlsplit

from openslot.web.console.frame.console_request import BACK, ConsoleRequest
from openslot.web.http.transport import header

# Pages with many appointments, with a query that says which.
_LIST = re.compile(r"/console/(today|calendar|attention)(\?[A-Za-z0-9=&.:+%-]*)?")


def list_before(request: ConsoleRequest) -> str:
    """The list that the page of an act was opened from; "": none, or it is not known."""
    named = request.query.one(BACK)
    if _LIST.fullmatch(named):
        return named
    sent = urlsplit((header(request.headers, b"referer") or b"").decode("latin-1"))
    path = sent.path.removeprefix(request.base) + (f"?{sent.query}" if sent.query else "")
    return path if _LIST.fullmatch(path) else ""


def path_after(request: ConsoleRequest, appointment_id: str) -> str:
    """Where a form leads that was sent from the page of an act."""
    path = request.form.one(BACK)
    if _LIST.fullmatch(path):
        return f"{path}#appointment-{appointment_id}"
    return path_of(appointment_id)


def path_of(appointment_id: str) -> str:
    """The page of an appointment."""
    return f"/console/appointments/{appointment_id}"
