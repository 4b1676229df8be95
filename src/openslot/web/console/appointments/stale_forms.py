"""What is said where a form comes too late: what happened meanwhile, when, by whom."""

from collections.abc import Callable

from openslot.scheduling.model.appointment import Appointment
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.latest_change import latest_change, stale_notice


async def notice_of(
    console: Console, request: ConsoleRequest, is_done: Callable[[Appointment], bool]
) -> str:
    """The notice for the appointment of a path; `is_done` says whether it is as was wanted.

    Raises:
        NotFound: there is no such appointment.
    """
    latest = await console.read(request, latest_change, request, request.parameters["id"])
    if latest.appointment.version == request.version:  # nobody was before them
        return request.words.say("Not possible now")
    return stale_notice(request, latest, lambda now: is_done(now.appointment))
