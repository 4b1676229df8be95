"""`/console/book`: a new appointment for somebody."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from openslot.delivery.model.message_kinds import BOOKED, EMAIL, SMS
from openslot.kernel.clock import Minute
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.scheduling.booking.rule_overrides import NO_OVERRIDE
from openslot.scheduling.model.errors import SlotUnavailable
from openslot.scheduling.staff_actions import BOOK, StaffBooking
from openslot.web.console.appointments.choosing.book_view import BookReading, BookView
from openslot.web.console.appointments.choosing.person_fields import typed_person
from openslot.web.console.appointments.choosing.time_choices import (
    START,
    chosen_start,
    sent_minutes,
)
from openslot.web.console.appointments.form_faults import form_faults
from openslot.web.console.appointments.return_paths import path_of
from openslot.web.console.appointments.staff_fields import (
    NOTIFY,
    TICKED,
    notifies,
    rule_override_of,
)
from openslot.web.console.appointments.who_is_told import WhoIsTold
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import IDEMPOTENCY_KEY, ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.cookies import Cookies
from openslot.web.page_kit.field_pairs import FieldPairs

T = TypeVar("T")
BOOK_PATH = "/console/book"


class BookPages:
    """The form, and what it does."""

    def __init__(self, console: Console) -> None:
        """The cookie remembers the branch."""
        self._console = console
        self._cookies = Cookies(console.app.settings.public_url)

    async def show(self, request: ConsoleRequest) -> Response:
        """What can be chosen, and the form once that is known."""
        view = await self._read(request)
        if view is None:
            return self._console.no_branch(request, request.words.say("New appointment"))
        stored = {
            "branch": view.branch.id,
            "service": view.service.id if view.service else "",
            "date": view.day.isoformat(),
            "resource": view.resource_id or "",
            "party": request.query.one("party") or str(view.party),
            START: view.times.sent.one(START) if view.times else "",
            NOTIFY: TICKED,
        }
        faults = form_faults(request.words, view.faults)
        form = FormValues(stored, request.typed, faults)
        return self._page(request, view, form, 422 if faults else 200)

    async def book(self, request: ConsoleRequest) -> Response:
        """Books, and leads to the new appointment."""
        view = await self._read(request)
        if view is None:
            raise NotFound
        if view.service is None:
            faults = {"service": request.words.say("Choose a service")}
            return self._page(request, view, FormValues(typed=request.form, faults=faults), 422)
        start = 0
        try:
            if view.faults:
                raise Invalid(*view.faults)
            booking = _booking_of(request, view)
            start = booking.wanted.start
            path = await self._console.run_once(
                request, BOOK, booking, lambda booked: path_of(booked.id)
            )
        except IdempotencyKeyReused:
            sent = [pair for pair in request.form.pairs if pair[0] != IDEMPOTENCY_KEY]
            text = request.words.say(
                "This form was sent before: look whether the appointment is there already."
            )
            return self._page(
                request, view, FormValues(typed=FieldPairs(sent), faults={"": text}), 409
            )
        except Invalid as refusal:
            return self._invalid(request, view, refusal)
        except SlotUnavailable as refusal:
            refused = await self._read(request, (start, refusal.data["reason"]))
            assert refused is not None  # noqa: S101  (there was a branch a moment ago)
            return self._unavailable(request, refused)
        return self._console.see_other(request, path, self._notice(request, booking))

    def _notice(self, request: ConsoleRequest, booking: StaffBooking) -> str:
        """That it is booked, and where nobody is told, why."""
        say = request.words.say
        if not booking.notifies:
            return say("The appointment is booked, and the customer is not told")
        customer = booking.details.customer
        given = {EMAIL: customer.email, SMS: customer.phone_number}
        told = WhoIsTold(self._console.app.settings, request)
        nobody = told.nobody(BOOKED, [channel for channel, address in given.items() if address])
        booked = say("The appointment is booked")
        return f"{booked}. {nobody}" if nobody else booked

    async def _read(
        self, request: ConsoleRequest, refusal: tuple[Minute, str] | None = None
    ) -> BookView | None:
        reading = BookReading(request, self._cookies)
        return await self._console.read(request, reading.read, refusal)

    def _invalid(self, request: ConsoleRequest, view: BookView, refusal: Invalid) -> Response:
        faults = form_faults(request.words, refusal.faults)
        typed = view.times.sent if view.times else request.form
        form = FormValues(typed=typed, faults=faults)
        return self._page(request, view, form, 422)

    def _unavailable(self, request: ConsoleRequest, view: BookView) -> Response:
        typed = view.times.sent if view.times else request.form
        rule = view.refused.rule if view.refused else ""
        return self._page(request, view, FormValues(typed=typed, faults={START: rule}), 409)

    def _page(
        self, request: ConsoleRequest, view: BookView, form: FormValues, status: int
    ) -> Response:
        say = request.words.say
        values: Mapping[str, object] = {
            "branches": view.branches,
            "services": [("", say("Choose a service")), *view.services],
            "resources": [("", say("Any that is free")), *view.resources],
            "has_times": view.times is not None,
            "times": view.times.options if view.times else (),
            "refused": view.refused,
            "questions": view.questions,
            "required": view.required,
            "telling": WhoIsTold(self._console.app.settings, request).beside_fields(),
            "staying": ("branch", "service", "date", "resource", "party"),
        }
        heading = say("New appointment")
        page = ConsolePage(
            heading, "appointments/book.html", values, form, status, cookies=view.cookies
        )
        return self._console.page(request, page)


def _booking_of(request: ConsoleRequest, view: BookView) -> StaffBooking:
    """What is to be booked.

    Raises:
        Invalid: with every fault of the form.
    """
    form = request.form
    assert view.service is not None  # noqa: S101  (it was looked at before)
    person = typed_person(form, view.service)
    start, faults_of_start = _read(lambda: chosen_start(form, view.branch.zone), 0)
    minutes, faults_of_minutes = _read(lambda: sent_minutes(form), None)
    rule_override, faults_of_override = _read(lambda: rule_override_of(request), NO_OVERRIDE)
    faults = [*faults_of_start, *person.faults, *faults_of_minutes, *faults_of_override]
    if faults:
        raise Invalid(*faults)
    return StaffBooking(
        view.offer(minutes).at(start, None),
        person.details,
        rule_override,
        request.idempotency_key,
        notifies(request),
    )


def _read(reading: Callable[[], T], without: T) -> tuple[T, Sequence[Fault]]:
    """What was read, or the faults and a value in its place."""
    try:
        return reading(), ()
    except Invalid as refusal:
        return without, refusal.faults
