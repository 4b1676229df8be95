"""`/console/customers/{appointmentId}`: a person, and everything that the person has booked."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.common_traits import GIVEN_IDENTIFIER, trait_of
from openslot.scheduling.model.customers.person_keys import APPOINTMENT, PersonKey
from openslot.scheduling.people.actions import VIEW_CUSTOMER
from openslot.scheduling.privacy.actions import EXPORT_PERSON, Export
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.api.person_documents import person_document
from openslot.web.console.customers.person_rows import PersonRows
from openslot.web.console.customers.search_page import CUSTOMERS
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.limits import Limit
from openslot.web.http.response import Response
from openslot.web.http.slices import in_slices

_FILE = 'attachment; filename="customer.json"'


class CustomerPages:
    """The page, and the file of what is held."""

    def __init__(self, console: Console, searches: Limit) -> None:
        """Takes what the rooms share, and how often one user may search."""
        self._console = console
        self._searches = searches

    async def show(self, request: ConsoleRequest) -> Response:
        """The page; that somebody looked stands in the audit trail."""
        viewed, localized = await self._console.run_and(
            request,
            VIEW_CUSTOMER,
            request.parameters["id"].lower(),
            lambda tx, viewed: (viewed, localized_catalogue(tx, request.locale)),
        )
        rows = PersonRows(request, localized)
        values = {
            "facts": _facts(request, viewed.appointments),
            "booked": rows.booked(viewed.appointments),
            "alike": rows.rows(viewed.alike),
            "own_path": f"{CUSTOMERS}/{request.parameters['id'].lower()}",
            "is_erased": all(one.customer is None for one in viewed.appointments),
        }
        heading = request.words.say("Customer")
        return self._console.page(request, ConsolePage(heading, "customers/customer.html", values))

    async def export(self, request: ConsoleRequest) -> Response:
        """Everything that is held of the person, as a file.

        Raises:
            RateLimited: the user has searched and exported too often.
        """
        self._searches.take(request.session.user.id)
        id_ = request.parameters["id"].lower()
        steps = await self._console.run_and(
            request,
            EXPORT_PERSON,
            Export(PersonKey(APPOINTMENT, id_)),
            lambda tx, found: person_document(tx, request.locale, found, {"appointmentId": id_}),
        )
        response = await in_slices(steps)
        more = {"Content-Disposition": _FILE, "X-Content-Type-Options": "nosniff"}
        return replace(response, headers={**response.headers, **more})


def _facts(request: ConsoleRequest, found: Sequence[Appointment]) -> list[tuple[str, str]]:
    """Who it is: each value that an appointment holds, the newest first."""
    say = request.words.say
    people = [one.customer or {} for one in found]
    identifiers = [
        one.identifier or ""
        for one in found
        if trait_of(request.account.id, one).kind == GIVEN_IDENTIFIER
    ]
    facts = [
        (say("Name"), _each(person_name(request.words, one) for one in found)),
        (say("E-mail address"), _each(person.get("email") or "" for person in people)),
        (say("Phone"), _each(person.get("phoneNumber") or "" for person in people)),
        (say("Date of birth"), _each(person.get("dateOfBirth") or "" for person in people)),
        (say("Identifier"), _each(identifiers)),
    ]
    return [(name, text) for name, text in facts if text]


def _each(values: Iterable[str]) -> str:
    """Different values, a line each."""
    return "\n".join(dict.fromkeys(value for value in values if value))
