"""What the page of a new appointment shows: what can be chosen, and the times of the choice."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from openslot.kernel.clock import Minute
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.scopes import APPOINTMENTS_OVERRIDE
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.booking.direct import OfferRequest, offer_query
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.catalogue import Branch, Service
from openslot.scheduling.model.zones import today_at
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.appointments.appointment_facts import AppointmentFacts
from openslot.web.console.appointments.choosing.person_fields import QUESTION, required_fields
from openslot.web.console.appointments.choosing.refused_time import RefusedTime, TimeRefusals
from openslot.web.console.appointments.choosing.time_choices import sent_minutes, sent_start
from openslot.web.console.appointments.choosing.time_form import (
    TimeForm,
    first_form,
    form_after,
    form_again,
)
from openslot.web.console.frame.branch_choice import ChosenBranch, chosen_branch
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.formats.dates import date_of
from openslot.web.page_kit.cookies import Cookies
from openslot.web.page_kit.field_pairs import FieldPairs

Options = Sequence[tuple[str, str]]  # id and name
_MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question of the service."""

    name: str  # of its field
    text: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class BookView:
    """What was chosen so far; `times` is None until that is a branch, a service and a date."""

    branch: Branch
    cookies: tuple[str, ...]
    branches: Options
    services: Options
    resources: Options
    service: Service | None
    resource_id: str | None
    day: date
    party: int
    faults: Sequence[Fault] = ()  # of the choice
    times: TimeForm | None = None
    refused: RefusedTime | None = None
    questions: Sequence[ShownQuestion] = field(default_factory=list)
    required: frozenset[str] = frozenset()

    def offer(self, own_minutes: int | None) -> OfferRequest:
        """What was chosen, whatever the time."""
        assert self.service is not None  # noqa: S101  (nothing is booked without one)
        ids = (self.service.id,)
        return OfferRequest(self.branch.id, ids, self.party, self.resource_id, own_minutes)


class BookReading:
    """Reads what a query or a form has chosen."""

    def __init__(self, request: ConsoleRequest, cookies: Cookies) -> None:
        """The cookie remembers the branch."""
        self._request = request
        self._cookies = cookies
        self._sent = sent_choices(request)
        self._is_form = request.method == "POST"

    def read(self, tx: AccountTx, refusal: tuple[Minute, str] | None = None) -> BookView | None:
        """What the page shows; `refusal` is a start that was refused, and why.

        None: the account has no branch.

        Raises:
            NotFound: something that is named is not there.
        """
        localized = localized_catalogue(tx, self._request.locale)
        chosen = self._branch(localized)
        if chosen is None:
            return None
        branch = localized.catalogue.branches[chosen.id]
        service = self._service(localized, branch)
        view = BookView(
            branch=branch,
            cookies=chosen.cookies,
            branches=[(one.id, one.name) for one in localized.active_branches],
            services=[(one.id, one.name) for one in localized.services_at(branch.id)],
            resources=self._resources(tx, localized, branch, service),
            service=service,
            resource_id=self._resource_id(localized, branch),
            day=date_of(self._sent.one("date"), today_at(tx.now, branch.zone)),
            party=1,
        )
        return self._with_times(tx, localized, view, refusal)

    def _with_times(
        self,
        tx: AccountTx,
        localized: LocalizedCatalogue,
        view: BookView,
        refusal: tuple[Minute, str] | None,
    ) -> BookView:
        service = view.service
        if service is None or not (self._sent.one("date") or self._is_form):
            return view
        try:
            view = replace(view, party=self._party())
            query = offer_query(tx, view.offer(self._minutes()), NO_KEY)
        except Invalid as invalid:
            return replace(view, faults=invalid.faults)
        facts = AppointmentFacts(self._request, localized)
        refused = None
        if refusal is not None:
            refused = TimeRefusals(self._request.words, facts).of_time(tx, query, *refusal)
        return replace(
            view,
            times=self._times(tx, query, view.day, refused),
            refused=refused,
            questions=[
                ShownQuestion(QUESTION + one.key, localized.text(one.text), one.required)
                for one in service.questions
            ],
            required=required_fields(service),
        )

    def _times(
        self, tx: AccountTx, query: SlotQuery, day: date, refused: RefusedTime | None
    ) -> TimeForm:
        if refused is not None:
            return form_after(self._request, query.branch.zone, refused)
        if self._is_form:
            return form_again(tx, self._request, query, day, self._wished())
        return first_form(tx, self._request, query, day, self._wished())

    def _branch(self, localized: LocalizedCatalogue) -> ChosenBranch | None:
        ids = [one.id for one in localized.active_branches]
        named = self._sent.one("branch").lower()
        if named:
            if named not in ids:
                raise NotFound
            if named != self._request.query.one("branch").lower():
                return ChosenBranch(named, ())
        return chosen_branch(self._cookies, self._request, ids)

    def _service(self, localized: LocalizedCatalogue, branch: Branch) -> Service | None:
        """The chosen service; None: none is, or the branch does not offer it."""
        id_ = self._sent.one("service").lower()
        if not id_:
            return None
        found = localized.catalogue.service(id_)
        return found if branch.key in found.branch_keys else None

    def _resource_id(self, localized: LocalizedCatalogue, branch: Branch) -> str | None:
        """The chosen resource; None: none is, or before the branch was changed."""
        id_ = self._sent.one("resource").lower()
        if not id_:
            return None
        found = localized.catalogue.resource(id_)
        return found.id if self._is_form or found.branch_key == branch.key else None

    def _resources(
        self,
        tx: AccountTx,
        localized: LocalizedCatalogue,
        branch: Branch,
        service: Service | None,
    ) -> Options:
        """Those that could serve; without a service all of the branch."""
        found = [one for one in localized.catalogue.resources_at(branch) if one.active]
        if service is not None:
            offer = OfferRequest(branch.id, (service.id,), 1, None)
            found = [*offer_query(tx, offer, NO_KEY).resources]
        return [(one.id, localized.resources[one.id].name) for one in found]

    def _party(self) -> int:
        text = self._sent.one("party").strip() or "1"
        if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text)):
            raise Invalid(Fault("party", "out_of_range", "must be a whole number from 1 on"))
        return int(text)

    def _minutes(self) -> int | None:
        return sent_minutes(self._sent) if self._request.may(APPOINTMENTS_OVERRIDE) else None

    def _wished(self) -> Minute | None:
        try:
            return sent_start(self._sent)
        except Invalid:
            return None


def sent_choices(request: ConsoleRequest) -> FieldPairs:
    """The form, what was typed into it before somebody signed in again, or the query."""
    if request.method == "POST":
        named = {name for name, _ in request.form.pairs}
        rest = [pair for pair in request.query.pairs if pair[0] not in named]
        return FieldPairs([*request.form.pairs, *rest])
    return request.typed if request.typed.pairs else request.query
