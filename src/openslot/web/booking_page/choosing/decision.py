"""The first step that is not decided yet, read in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.scheduling.model.catalogue import Branch, Service
from openslot.scheduling.views.listings import SlotListingQuery
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.choosing.choices import Choices, read_choices
from openslot.web.booking_page.choosing.free_times import FreeTimesSource, read_source
from openslot.web.booking_page.choosing.offer import PublicOffer, offer_of
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.page_kit.field_pairs import FieldPairs


class Undecided(Enum):
    """What is to be chosen next."""

    NOTHING_TO_BOOK = auto()
    SERVICE = auto()
    NOT_COMBINED = auto()
    PEOPLE = auto()
    TOO_MANY_PEOPLE = auto()
    BRANCH = auto()
    TIME = auto()


@dataclass(frozen=True)
class Decision:
    """What was chosen, what is next, and what the next step is made from."""

    undecided: Undecided
    offer: PublicOffer
    choices: Choices
    branches: Sequence[Branch] = ()
    sources: Sequence[FreeTimesSource] = ()  # of the branch, or of each


@dataclass(frozen=True)
class Ignored:
    """Claims that do not count: one's own held time, the appointment that is to be moved."""

    reservation_id: str | None = None
    appointment_id: str | None = None


def decide(
    tx: AccountTx,
    actor: Actor,
    request: PublicRequest,
    sent: FieldPairs,
    ignored: Ignored,
    first_anywhere: bool,
) -> Decision:
    """Reads what the next step shows; `first_anywhere` also reads the times of every branch."""
    offer = offer_of(tx, request)
    choices = with_only_answers(offer, read_choices(offer, sent))
    undecided = undecided_of(offer, choices)
    if undecided not in (Undecided.BRANCH, Undecided.TIME):
        return Decision(undecided, offer, choices)
    branches = [choices.branch] if choices.branch else offer.branches_of(choices.services)
    if undecided is Undecided.BRANCH and not first_anywhere:
        return Decision(undecided, offer, choices, branches)
    sources = [read_times(tx, actor, choices, branch, ignored) for branch in branches]
    return Decision(undecided, offer, choices, branches, sources)


def with_only_answers(offer: PublicOffer, choices: Choices) -> Choices:
    """The choices with what can be answered in one way alone."""
    if not choices.services and len(offer.services) == 1:
        choices = replace(choices, services=(offer.services[0],))
    if choices.services and choices.people is None and choices.most_people == 1:
        choices = replace(choices, people=1)
    if choices.services and choices.branch is None:
        places = offer.branches_of(choices.services)
        if len(places) == 1:
            choices = replace(choices, branch=places[0])
    return choices


def undecided_of(offer: PublicOffer, choices: Choices) -> Undecided:
    """The first question that the choices do not answer."""
    if not offer.services:
        return Undecided.NOTHING_TO_BOOK
    if not choices.services:
        return Undecided.SERVICE
    if not offer.branches_of(choices.services):
        return Undecided.NOT_COMBINED
    if choices.people is None:
        return Undecided.PEOPLE
    if choices.people > choices.most_people:
        return Undecided.TOO_MANY_PEOPLE
    return Undecided.BRANCH if choices.branch is None else Undecided.TIME


def read_times(
    tx: AccountTx, actor: Actor, choices: Choices, branch: Branch, ignored: Ignored
) -> FreeTimesSource:
    """What the free times of the choices at a branch are computed from."""
    wanted = SlotListingQuery(
        branch_id=branch.id,
        service_ids=ids_of(choices.services),
        party=choices.people or 1,
        resource_id=choices.resource.id if choices.resource else None,
        rescheduled_appointment_id=ignored.appointment_id,
        reservation_id=ignored.reservation_id,
    )
    try:
        return read_source(tx, actor, wanted)
    except NotFound:
        # The held time ended so long ago that it is forgotten.
        if ignored.reservation_id is None:
            raise
        forgotten = Ignored(appointment_id=ignored.appointment_id)
        return read_times(tx, actor, choices, branch, forgotten)


def ids_of(services: Sequence[Service]) -> tuple[str, ...]:
    """The ids of services, in their order."""
    return tuple(service.id for service in services)
