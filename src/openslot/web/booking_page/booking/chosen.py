"""What a hold stands for, in words: services, place and time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from markupsafe import Markup

from openslot.kernel.clock import Minute
from openslot.kernel.errors import NotFound
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.catalogue import Branch, Resource, Service
from openslot.scheduling.model.policies import policy_of
from openslot.scheduling.model.zones import local_date
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.choosing.choices import DATE, Choices
from openslot.web.booking_page.choosing.durations import duration_words, party_duration_words
from openslot.web.booking_page.choosing.offer import PublicOffer, offer_of
from openslot.web.booking_page.choosing.time_view import which_of_two
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.page_kit.language.local_formats import offset_text


@dataclass(frozen=True)
class Chosen:
    """Services, place and time, with what the account calls them."""

    request: PublicRequest
    offer: PublicOffer
    services: Sequence[Service]
    branch: Branch
    party: int
    resource: Resource | None
    start: Minute
    minutes: int | None = None  # of an appointment, which may have a length of its own

    @property
    def choices(self) -> Choices:
        """Those that an address has."""
        return Choices(tuple(self.services), self.party, self.branch, self.resource)

    @property
    def day_pair(self) -> tuple[str, str]:
        """Its day, as an address has it."""
        return DATE, local_date(self.start, self.zone).isoformat()

    @property
    def zone(self) -> ZoneInfo:
        """The branch's."""
        return self.branch.zone

    @cached_property
    def what(self) -> str:
        """The services."""
        return self.offer.names(self.services)

    @cached_property
    def where(self) -> str:
        """The branch, with its address on the next line."""
        return "\n".join(
            part for part in (self.offer.name(self.branch), self.offer.address(self.branch)) if part
        )

    @cached_property
    def when(self) -> Markup:
        """Full date and time, of which no line breaks the time."""
        formats, zone = self.request.formats, self.zone
        day, time = formats.full_date(local_date(self.start, zone)), formats.time(self.start, zone)
        which = which_of_two(self.request, self.start, zone)
        return Markup('{}, <span class="whole">{}{}</span>').format(day, time, which)

    @cached_property
    def zone_words(self) -> str:
        """The zone: `Amsterdam (UTC+01:00)`."""
        return f"{self.request.formats.city(self.zone)} ({offset_text(self.start, self.zone)})"

    @cached_property
    def how_long(self) -> str:
        """The duration."""
        return duration_words(self.request, self._duration_minutes)

    @cached_property
    def party_and_duration(self) -> str:
        """The duration, with how many people come where they are several."""
        return party_duration_words(self.request, self.party, self._duration_minutes)

    @property
    def _duration_minutes(self) -> int:
        if self.minutes is not None:
            return self.minutes
        return policy_of(self.services, self.party).duration_minutes

    def rows(self) -> list[tuple[str, str, str]]:
        """What it is called, what it is, and the choice that changes it."""
        say = self.request.words.say
        people = [(say("People"), str(self.party), "people")] if self.party > 1 else []
        return [
            (say("Service"), self.what, "service"),
            *people,
            (say("Place"), self.where, "branch"),
            (say("Date and time"), Markup("{}\n{}").format(self.when, self.zone_words), "time"),
            (say("Duration"), self.how_long, "service"),
        ]


def chosen_of_appointment(
    tx: AccountTx, request: PublicRequest, appointment: Appointment
) -> Chosen:
    """What an appointment stands for.

    Raises:
        NotFound: a service or the branch has been deleted.
    """
    placement = appointment.placement
    found = chosen(tx, request, hold_of(appointment))
    return replace(found, minutes=placement.end - placement.start)


def hold_of(appointment: Appointment) -> Hold:
    """The choices that an appointment stands for."""
    placement = appointment.placement
    return Hold(
        appointment.id,
        placement.branch_id,
        placement.service_ids,
        placement.party,
        None,
        placement.start,
        replaces=appointment.id,
    )


def chosen(tx: AccountTx, request: PublicRequest, hold: Hold) -> Chosen:
    """What a hold stands for.

    Raises:
        NotFound: a service or the branch has been deleted.
    """
    offer = offer_of(tx, request)
    catalogue = offer.catalogue
    try:
        branch, services = catalogue.offer_of(hold.branch_id, hold.service_ids)
    except KeyError:
        raise NotFound("There is no such service or branch") from None
    resource = catalogue.resources.get(hold.resource_id) if hold.resource_id else None
    return Chosen(request, offer, services, branch, hold.party, resource, hold.start)
