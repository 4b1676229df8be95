"""`/console/customers/{appointmentId}/erase`: what goes, what stays, and then it is done."""

from openslot.kernel.clock import MINUTE_MS
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.customers.person_keys import APPOINTMENT, PersonKey
from openslot.scheduling.people.actions import VIEW_CUSTOMER
from openslot.scheduling.privacy.actions import ERASE_PERSON, Erasure
from openslot.scheduling.privacy.erasure import visits_to_come
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.console.customers.person_rows import PersonRows
from openslot.web.console.customers.search_page import CUSTOMERS
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


class ErasePages:
    """The question, and what its button does."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """What goes and what stays."""
        id_ = request.parameters["id"].lower()
        viewed, localized, now = await self._console.run_and(
            request,
            VIEW_CUSTOMER,
            id_,
            lambda tx, viewed: (viewed, localized_catalogue(tx, request.locale), tx.now),
        )
        coming = set(visits_to_come(viewed.appointments, now // MINUTE_MS))
        still = [one for one in viewed.appointments if one.id in coming]
        values = {
            "name": person_name(request.words, viewed.appointments[0]),
            "appointments": len(viewed.appointments),
            "coming": PersonRows(request, localized).booked(still),
            "own_path": f"{CUSTOMERS}/{id_}",
        }
        heading = request.words.say("Erase data")
        return self._console.page(request, ConsolePage(heading, "customers/erase.html", values))

    async def erase(self, request: ConsoleRequest) -> Response:
        """Erases, and leads back to the search."""
        key = PersonKey(APPOINTMENT, request.parameters["id"].lower())
        erased = await self._console.run(request, ERASE_PERSON, Erasure(key, True, NO_KEY))
        notice = request.words.count(
            "Erased from {number} appointment", "Erased from {number} appointments", erased
        )
        return self._console.see_other(request, CUSTOMERS, notice)
