"""`/manage/{token}/move`: another time for the same appointment."""

from openslot.kernel.errors import OpenslotError
from openslot.scheduling import actions
from openslot.scheduling.booking.idempotency import NO_KEY
from openslot.scheduling.model.errors import (
    AlreadyUsed,
    AppointmentStarted,
    ReservationExpired,
    ReservationReleased,
    SlotUnavailable,
    TooLate,
    WrongState,
)
from openslot.storage.transactions import AccountTx
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.booking_page.booking.chosen import hold_of
from openslot.web.booking_page.booking.held_times import AlreadyBooked, HeldTimes, TimeLost
from openslot.web.booking_page.booking.hold_step import start_of
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.choosing.choices import Choices, read_choices
from openslot.web.booking_page.choosing.decision import Ignored, read_times
from openslot.web.booking_page.choosing.free_times import FreeTimesSource, free_times
from openslot.web.booking_page.choosing.offer import offer_of
from openslot.web.booking_page.choosing.sent_choices import HOLD
from openslot.web.booking_page.manage.manage_page import MOVED, ManagePage
from openslot.web.booking_page.manage.managed import Managed, ManagedAppointments
from openslot.web.booking_page.manage.move_pages import MOVE, MOVE_TIMES, MovePages
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.redirects import see_other
from openslot.web.booking_page.signing.form_signatures import KEY
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.http.response import Response


class MoveStep:
    """Chooses another time, holds it, and moves the appointment to it."""

    def __init__(
        self, pages: BookingPages, managed: ManagedAppointments, shown: ManagePage
    ) -> None:
        """`shown` says why moving would not work."""
        self._pages = pages
        self._managed = managed
        self._shown = shown
        self._steps = MovePages(pages, managed)
        self._times = HeldTimes(pages, managed.actor, _nobody)

    async def ask(self, request: PublicRequest) -> Response:
        """The free times, or the time that is held.

        Raises:
            UnknownToken: the hold is none.
            PageGone: the link no longer works.
        """
        managed = await self._managed.read(request)
        token = request.query.one(HOLD)
        if token:
            hold = self._hold_of(request, managed, token)
            held = await self._times.find(request, hold)
            try:
                self._times.refuse_booked(hold, held)
            except AlreadyBooked:
                return self._moved(request)
            if not managed.options.may_move:
                return self._shown.refused(request, managed)
            return await self._steps.check(request, managed, hold, held)
        if not managed.options.may_move:
            return self._shown.refused(request, managed)
        return await self._choose(request, managed)

    async def hold(self, request: PublicRequest) -> Response:
        """Holds a start: 303 to the page that checks it.

        Raises:
            FormChanged: the form is not one of ours.
            PageGone: the link no longer works.
        """
        form = self._pages.signatures.checked(request.account.id, (MOVE_TIMES,), request.form)
        managed = await self._managed.read(request)
        if not managed.options.may_move:
            return self._shown.refused(request, managed)
        start = start_of(form)
        if start is None:
            response = await self._choose(request, managed)
            return Response(422, response.body, response.headers)
        before = hold_of(managed.appointment)
        reservation_id = self._pages.signatures.reservation_id(
            request.account.id, form.hidden.one(KEY), str(start)
        )
        hold = Hold(
            reservation_id,
            before.branch_id,
            before.service_ids,
            before.party,
            None,
            start,
            managed.appointment.id,
        )
        try:
            await self._times.take(request, hold)
        except TimeLost:
            return await self._steps.lost(request, hold)
        except AlreadyBooked:
            return self._moved(request)
        except WrongState:
            return self._shown.refused(request, await self._managed.read(request))
        token = self._pages.tokens.of_hold(request.account.id, hold)
        return see_other(request, request.link(self._managed.path(request, "move"), [(HOLD, token)]))

    async def move(self, request: PublicRequest) -> Response:
        """Moves the appointment to the held time, however often it is sent.

        Raises:
            FormChanged, UnknownToken: the form is not one of ours.
            PageGone: the link no longer works.
        """
        form = self._pages.signatures.checked(request.account.id, (MOVE,), request.form)
        managed = await self._managed.read(request)
        hold = self._hold_of(request, managed, form.hidden.one(HOLD))
        try:
            held = await self._times.find(request, hold)
            self._times.refuse_booked(hold, held)
            if not managed.options.may_move:
                return self._shown.refused(request, managed)
            await self._times.ensure(request, hold)
            given = actions.Move(
                managed.appointment.id, hold.reservation_id, lambda _: True, NO_KEY
            )
            await self._pages.write(request, actions.MOVE.run, self._managed.actor(request), given)
        except (AlreadyBooked, AlreadyUsed):
            return self._moved(request)
        except (TimeLost, SlotUnavailable, ReservationExpired, ReservationReleased):
            return await self._steps.lost(request, hold)
        except (WrongState, AppointmentStarted, TooLate):
            return self._shown.refused(request, await self._managed.read(request))
        await dispatch_first(self._pages.app, request.account.id)
        return self._moved(request)

    async def _choose(self, request: PublicRequest, managed: Managed) -> Response:
        source, wanted = await self._pages.read(request, self._read, request, managed)
        if source is None:
            return self._steps.nothing(request, managed)
        cache = self._pages.app.database.version_cache
        times = await self._pages.computed(free_times(cache, source))
        return self._steps.times(request, managed, times, wanted)

    def _read(
        self, tx: AccountTx, request: PublicRequest, managed: Managed
    ) -> tuple[FreeTimesSource | None, Choices]:
        wanted = read_choices(offer_of(tx, request), request.query)
        found, ignored = managed.found, Ignored(appointment_id=managed.appointment.id)
        actor = self._managed.actor(request)
        try:
            return read_times(tx, actor, found.choices, found.branch, ignored), wanted
        except OpenslotError:  # the services are no longer offered
            return None, wanted

    def _hold_of(self, request: PublicRequest, managed: Managed, token: str) -> Hold:
        return self._pages.tokens.hold(request.account.id, token, managed.appointment.id)

    def _moved(self, request: PublicRequest) -> Response:
        return see_other(request, request.link(self._managed.path(request), [(MOVED, "1")]))


async def _nobody(_: PublicRequest) -> None:
    """Whoever has the link is counted by no limit."""
