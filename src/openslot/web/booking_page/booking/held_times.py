"""Times that visitors hold: taken, found, taken again after they ran out, renewed."""

from collections.abc import Awaitable, Callable

from openslot.kernel.actor import Actor
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling import customer_actions
from openslot.scheduling.booking.holds import HoldRequest
from openslot.scheduling.booking.reservations import SlotRequest
from openslot.scheduling.booking.visitors import Visitor
from openslot.scheduling.customer_actions import HeldTime
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.errors import AlreadyConfirmed, AlreadyUsed, SlotUnavailable
from openslot.scheduling.model.reservation import MOVED
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.signing.sealed_tokens import Hold


class TimeLost(Exception):
    """The time is no longer free."""

    def __init__(self, hold: Hold) -> None:
        super().__init__()
        self.hold = hold


class AlreadyBooked(Exception):
    """The time is this visitor's already: it has become, or moved, an appointment."""

    def __init__(self, appointment_id: str) -> None:
        super().__init__()
        self.appointment_id = appointment_id


class HeldTimes:
    """Asks the domain for holds."""

    def __init__(
        self,
        pages: BookingPages,
        actor: Callable[[PublicRequest], Actor],
        visitor: Callable[[PublicRequest], Awaitable[Visitor | None]],
    ) -> None:
        """`actor` says whose the holds of a request are, `visitor` by whom they are counted."""
        self._pages = pages
        self._actor = actor
        self._visitor = visitor

    async def find(self, request: PublicRequest, hold: Hold) -> HeldTime:
        """What became of a hold; changes nothing."""
        actor = self._actor(request)
        return await self._pages.read(
            request, customer_actions.FIND_HOLD.run, actor, hold.reservation_id
        )

    async def ensure(self, request: PublicRequest, hold: Hold) -> HeldTime:
        """The hold, taken again where it has run out.

        Raises:
            TimeLost: somebody else has the time now, or it is no longer offered.
            AlreadyBooked: it has become an appointment.
        """
        found = await self.find(request, hold)
        self.refuse_booked(hold, found)
        return found if found.reservation is not None else await self.take(request, hold)

    def refuse_booked(self, hold: Hold, held: HeldTime) -> None:
        """Passes for a hold that is still to be booked.

        Raises:
            AlreadyBooked: it has become an appointment, or moved one.
        """
        if isinstance(held.found, Appointment):
            raise AlreadyBooked(held.found.id)
        if held.found is not None and held.found.status == MOVED:
            raise AlreadyBooked(hold.replaces or hold.reservation_id)

    async def take(
        self, request: PublicRequest, hold: Hold, instead_of: str | None = None
    ) -> HeldTime:
        """Holds the time, in place of another hold if one is named.

        Raises:
            TimeLost, AlreadyBooked: as `ensure`.
        """
        return await self._run(request, customer_actions.HOLD, hold, instead_of)

    async def renew(self, request: PublicRequest, hold: Hold) -> HeldTime:
        """Lets the hold last from now; one that has run out is taken again.

        Raises:
            TimeLost, AlreadyBooked: as `ensure`.
        """
        return await self._run(request, customer_actions.RENEW_HOLD, hold, None)

    async def _run(
        self,
        request: PublicRequest,
        action: customer_actions.HoldAction,
        hold: Hold,
        instead_of: str | None,
    ) -> HeldTime:
        hold_request = HoldRequest(
            hold.reservation_id, _wanted(hold), instead_of, await self._visitor(request)
        )
        try:
            return await self._pages.write(request, action.run, self._actor(request), hold_request)
        except AlreadyConfirmed:
            raise AlreadyBooked(hold.reservation_id) from None
        except AlreadyUsed:
            raise AlreadyBooked(hold.replaces or hold.reservation_id) from None
        except (SlotUnavailable, Invalid, NotFound):
            # What was chosen is gone from the catalogue, or somebody was faster.
            raise TimeLost(hold) from None


def _wanted(hold: Hold) -> SlotRequest:
    return SlotRequest(
        branch_id=hold.branch_id,
        service_ids=hold.service_ids,
        party=hold.party,
        start=hold.start,
        resource_id=hold.resource_id,
        replaces=hold.replaces,
    )
