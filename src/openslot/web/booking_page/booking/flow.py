"""What the steps from a held time to an appointment have in common."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openslot.kernel.clock import Millis
from openslot.scheduling import customer_actions
from openslot.scheduling.booking.visitors import PersonLimitReached, ProofNeeded
from openslot.scheduling.customer_actions import HeldTime
from openslot.scheduling.model.zones import today_at
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.booking.chosen import Chosen, chosen
from openslot.web.booking_page.booking.details_pages import DetailsPages, HeldDetails
from openslot.web.booking_page.booking.held_times import AlreadyBooked, HeldTimes, TimeLost
from openslot.web.booking_page.booking.lost_page import LostPage
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.limits.visitors import Visitors, limits_of
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.redirects import see_other
from openslot.web.booking_page.signing.form_signatures import SentForm
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import Pairs


@dataclass(frozen=True)
class Flow:
    """The holds and pages that every step asks."""

    pages: BookingPages
    times: HeldTimes
    shown: DetailsPages
    lost: LostPage
    visitors: Visitors

    def form(self, request: PublicRequest, *kinds: str) -> SentForm:
        """The form of a request, if it is of one of these kinds.

        Raises:
            FormChanged: it is not, or a hidden field was changed.
        """
        return self.pages.signatures.checked(request.account.id, kinds, request.form)

    def hold(self, request: PublicRequest, token: str) -> Hold:
        """The hold of a token.

        Raises:
            UnknownToken: none of this account.
        """
        return self.pages.tokens.hold(request.account.id, token)

    async def chosen(self, request: PublicRequest, hold: Hold) -> tuple[Chosen, Millis]:
        """What a hold stands for, and the account's time.

        Raises:
            NotFound: it has been deleted.
        """

        def read(tx: AccountTx) -> tuple[Chosen, Millis]:
            return chosen(tx, request, hold), tx.now

        return await self.pages.read(request, read)

    async def details(
        self, request: PublicRequest, hold: Hold, held: HeldTime, typed: Pairs
    ) -> tuple[HeldDetails, date]:
        """The details of a hold, and the local date at the branch."""
        found, now = await self.chosen(request, hold)
        return HeldDetails(hold, found, held, typed), today_at(now, found.zone)

    async def check_person(self, request: PublicRequest, person: Mapping[str, Any]) -> None:
        """Passes for a person who may have one more appointment ahead.

        Raises:
            PersonLimitReached: there are as many as one may have.
        """
        given = customer_actions.PersonLimits(person, limits_of(request))
        actor = self.pages.actor(request)
        await self.pages.read(request, customer_actions.CHECK_PERSON.run, actor, given)

    async def settled(
        self, request: PublicRequest, typed: Pairs, response: Awaitable[Response]
    ) -> Response:
        """The response of a step, or what follows when the time is lost, or booked already."""
        try:
            return await response
        except TimeLost as lost:
            return await self.lost.show(request, lost.hold, typed)
        except ProofNeeded:
            return await self.visitors.challenge(request)
        except PersonLimitReached:
            return self.visitors.limit(request)
        except AlreadyBooked as booked:
            return self.done(request, booked.appointment_id)

    def done(self, request: PublicRequest, appointment_id: str) -> Response:
        """Leads to the page that says what was booked."""
        token = self.pages.tokens.of_booking(request.account.id, appointment_id)
        return see_other(request, request.link(request.book("done"), [("booking", token)]))


def flow_of(pages: BookingPages) -> Flow:
    """Wires it."""
    visitors = Visitors(pages)
    times = HeldTimes(pages, pages.actor, visitors.visitor)
    return Flow(pages, times, DetailsPages(pages), LostPage(pages), visitors)
