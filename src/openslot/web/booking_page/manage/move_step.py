"""`/manage/{token}/move`: another time for the same appointment."""

from dataclasses import replace

from openslot.kernel.clock import Minute
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
from openslot.scheduling.model.zones import local_date
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
from openslot.web.booking_page.manage.move_pages import (
    INSTEAD,
    MOVE,
    MOVE_TIMES,
    MovePages,
    WantedTime,
)
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
        return await self._choose(request, managed, request.query.one(INSTEAD))

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
        start, token = start_of(form), form.hidden.one(INSTEAD)
        if start is None:
            response = await self._choose(request, managed, token)
            return Response(422, response.body, response.headers)
        previous = self._hold_of(request, managed, token) if token else None
        hold = self._new_hold(request, managed, form.hidden.one(KEY), start)
        if previous is not None and previous.start == start:
            hold = previous  # one's own time was chosen again
        instead_of = previous.reservation_id if previous not in (None, hold) else None
        try:
            await self._times.take(request, hold, instead_of)
        except TimeLost:
            return await self._steps.lost(request, hold)
        except AlreadyBooked:
            return self._moved(request)
        except WrongState:
            return self._shown.refused(request, await self._managed.read(request))
        held = [(HOLD, self._pages.tokens.of_hold(request.account.id, hold))]
        return see_other(request, request.link(self._managed.path(request, "move"), held))

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

    async def _choose(self, request: PublicRequest, managed: Managed, token: str) -> Response:
        """The free times; with a token the time that it names is free, too, and its day is open."""
        held = self._hold_of(request, managed, token) if token else None
        ignored = Ignored(held.reservation_id if held else None, managed.appointment.id)
        source, choices = await self._pages.read(request, self._read, request, managed, ignored)
        if source is None:
            return self._steps.nothing(request, managed)
        cache = self._pages.app.database.version_cache
        times = await self._pages.computed(free_times(cache, source))
        day = choices.day
        if held is not None and choices.month is None:
            day = day or local_date(held.start, times.zone)
        wanted = WantedTime(day, choices.month, token)
        return self._steps.times(request, managed, times, wanted)

    def _read(
        self, tx: AccountTx, request: PublicRequest, managed: Managed, ignored: Ignored
    ) -> tuple[FreeTimesSource | None, Choices]:
        wanted = read_choices(offer_of(tx, request), request.query)
        found, actor = managed.found, self._managed.actor(request)
        try:
            return read_times(tx, actor, found.choices, found.branch, ignored), wanted
        except OpenslotError:  # the services are no longer offered
            return None, wanted

    def _new_hold(self, request: PublicRequest, managed: Managed, key: str, start: Minute) -> Hold:
        signatures = self._pages.signatures
        return replace(
            hold_of(managed.appointment),
            reservation_id=signatures.reservation_id(request.account.id, key, str(start)),
            start=start,
        )

    def _hold_of(self, request: PublicRequest, managed: Managed, token: str) -> Hold:
        return self._pages.tokens.hold(request.account.id, token, managed.appointment.id)

    def _moved(self, request: PublicRequest) -> Response:
        return see_other(request, request.link(self._managed.path(request), [(MOVED, "1")]))


async def _nobody(_: PublicRequest) -> None:
    """Whoever has the link is counted by no limit."""
