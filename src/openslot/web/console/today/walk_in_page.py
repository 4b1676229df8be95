"""`/console/walk-in`: somebody stands at the desk and is served now, or at the next free time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from openslot.kernel import fields
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.fields import FieldRefused, trimmed
from openslot.scheduling.booking.direct import OfferRequest
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.appointment_details import AppointmentDetails
from openslot.scheduling.model.customers.customer_needs import NEEDS_OF_WALK_IN
from openslot.scheduling.model.customers.customers import Customer
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.staff_actions import BOOK, WalkIn
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import localized_catalogue
from openslot.web.console.frame.branch_choice import ChosenBranch, chosen_branch
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import IDEMPOTENCY_KEY, ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.today.day_page import TODAY
from openslot.web.http.response import Response
from openslot.web.page_kit.cookies import Cookies
from openslot.web.page_kit.field_pairs import FieldPairs

WALK_IN = "/console/walk-in"
_RULES: Mapping[str, Callable[[str], str]] = {
    "firstName": fields.name,
    "lastName": fields.name,
    "phoneNumber": fields.short_text,
    "notes": fields.long_text,
}
# What the rules of a booking call the fields of the form
_NAMES = {"services": "service", "customer.phone_number": "phoneNumber", "resource": "resource"}
Options = Sequence[tuple[str, str]]  # values and words


@dataclass(frozen=True, slots=True)
class WalkInChoices:
    """What a branch offers."""

    chosen: ChosenBranch
    branches: Options
    services: Options
    resources: Options


class WalkInPages:
    """The form, and what it books."""

    def __init__(self, console: Console) -> None:
        """The cookie remembers the branch."""
        self._console = console
        self._cookies = Cookies(console.app.settings.public_url)

    async def show(self, request: ConsoleRequest) -> Response:
        """The empty form; of a single service that one is chosen."""
        choices = await self._console.read(request, _choices, request, self._cookies)
        if choices is None:
            return self._console.no_branch(request, request.words.say("Walk-in"))
        services = choices.services
        stored = {"service": services[0][0] if len(services) == 1 else ""}
        return self._page(request, choices, FormValues(stored, request.typed))

    async def book(self, request: ConsoleRequest) -> Response:
        """Books, and leads to the new row."""
        choices = await self._console.read(request, _choices, request, self._cookies)
        if choices is None:
            raise NotFound
        branch_id = choices.chosen.id
        try:
            path = await self._console.run_once(
                request,
                BOOK,
                _walk_in(request, branch_id),
                lambda booked: _row_of(booked, branch_id),
            )
        except IdempotencyKeyReused:
            sent = [pair for pair in request.form.pairs if pair[0] != IDEMPOTENCY_KEY]
            again = request.words.say(
                "This form was sent before: look whether the appointment is there already."
            )
            return self._page(request, choices, FormValues({}, FieldPairs(sent), {"": again}), 409)
        except Invalid as refusal:
            faults = faults_of(refusal, request.words, _NAMES)
            return self._page(request, choices, FormValues({}, request.form, faults), 422)
        except SlotUnavailable:
            said = {"": request.words.say("No free time today")}
            return self._page(request, choices, FormValues({}, request.form, said), 409)
        return self._console.see_other(request, path, request.words.say("Booked"))

    def _page(
        self, request: ConsoleRequest, choices: WalkInChoices, form: FormValues, status: int = 200
    ) -> Response:
        say = request.words.say
        values = {
            "branch_id": choices.chosen.id,
            "branches": choices.branches,
            "services": [("", say("Choose a service")), *choices.services],
            "resources": [("", say("Any that is free")), *choices.resources],
            "own_path": f"{WALK_IN}?{urlencode({'branch': choices.chosen.id})}",
            "today": f"{TODAY}?{urlencode({'branch': choices.chosen.id})}",
        }
        cookies = choices.chosen.cookies
        page = ConsolePage(
            say("Walk-in"), "today/walk_in.html", values, form, status, cookies=cookies
        )
        return self._console.page(request, page)


def _choices(tx: AccountTx, request: ConsoleRequest, cookies: Cookies) -> WalkInChoices | None:
    """What the branch of the query, of the last choice, or the first one offers.

    None: the account has no branch.

    Raises:
        NotFound: there is no such branch.
    """
    localized = localized_catalogue(tx, request.locale)
    branches = localized.active_branches
    chosen = chosen_branch(cookies, request, [branch.id for branch in branches])
    if chosen is None:
        return None
    branch = localized.catalogue.branches[chosen.id]
    resources = localized.catalogue.resources_at(branch)
    return WalkInChoices(
        chosen,
        [(one.id, one.name) for one in branches],
        [(one.id, one.name) for one in localized.services_at(chosen.id)],
        [(one.id, localized.resources[one.id].name) for one in resources if one.active],
    )


def _walk_in(request: ConsoleRequest, branch_id: str) -> WalkIn:
    """What the form asks for.

    Raises:
        Invalid: with every fault of it.
    """
    texts: dict[str, str | None] = {}
    faults = []
    service_id = request.form.one("service")
    if not service_id:
        faults.append(Fault("service", "required", "names the service"))
    for name, rule in _RULES.items():
        text = trimmed(request.form.one(name))
        try:
            texts[name] = rule(text) if text else None
        except FieldRefused as refusal:
            faults.append(Fault(name, refusal.code, str(refusal)))
    if faults:
        raise Invalid(*faults)
    person = Customer(
        identifier=None,
        first_name=texts["firstName"],
        last_name=texts["lastName"],
        email=None,
        phone_number=texts["phoneNumber"],
        date_of_birth=None,
    )
    return WalkIn(
        OfferRequest(branch_id, (service_id,), 1, request.form.one("resource") or None),
        AppointmentDetails(person, NEEDS_OF_WALK_IN, (), texts["notes"], origin="staff"),
        NO_OVERRIDE,
        request.idempotency_key,
        notifies=True,
    )


def _row_of(booked: Appointment, branch_id: str) -> str:
    """Where it stands: today, whatever it starts at."""
    return f"{TODAY}?{urlencode({'branch': branch_id})}#appointment-{booked.id}"
