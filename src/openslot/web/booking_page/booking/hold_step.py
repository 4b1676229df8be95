"""`POST /book/{account}/hold`: a start becomes a held time."""

from pydantic_core import PydanticCustomError

from openslot.kernel.clock import Minute
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.booking.detail_fields import DetailsReader, typed_pairs
from openslot.web.booking_page.booking.flow import Flow
from openslot.web.booking_page.booking.held_times import AlreadyBooked
from openslot.web.booking_page.choosing.choices import Choices, read_choices
from openslot.web.booking_page.choosing.choosing_pages import TIMES
from openslot.web.booking_page.choosing.decision import (
    Undecided,
    ids_of,
    undecided_of,
    with_only_answers,
)
from openslot.web.booking_page.choosing.first_step import FirstStep
from openslot.web.booking_page.choosing.offer import offer_of
from openslot.web.booking_page.choosing.sent_choices import HOLD, choices_of_form
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.redirects import see_other
from openslot.web.booking_page.signing.form_signatures import KEY, SentForm
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.http.request_parsing import read_instant
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import Pairs


class HoldStep:
    """Reserves what somebody has chosen."""

    def __init__(self, flow: Flow, first: FirstStep) -> None:
        """`first` shows the choices again where they no longer lead to a time."""
        self._flow = flow
        self._first = first

    async def take(self, request: PublicRequest) -> Response:
        """303 to the details; with details typed before, the page that checks them.

        Raises:
            FormChanged: a hidden field was changed.
            UnknownToken: the hold in the form is none.
        """
        form = self._flow.form(request, TIMES)
        typed = typed_pairs(form.hidden)
        start = start_of(form)
        if start is None:
            response = await self._first.next_step(request, choices_of_form(form, typed))
            return Response(422, response.body, response.headers)
        choices = await self._flow.pages.read(request, self._choices, request, form)
        if choices is None:
            return await self._first.next_step(request, choices_of_form(form, typed))
        hold = self._hold(request, form, choices, start)
        return await self._flow.settled(request, typed, self._take(request, form, hold, typed))

    async def _take(
        self, request: PublicRequest, form: SentForm, hold: Hold, typed: Pairs
    ) -> Response:
        before = form.hidden.one(HOLD)
        previous = self._flow.hold(request, before) if before else None
        if previous is not None and _same_time(previous, hold):
            hold = previous  # one's own time was chosen again
        instead_of = previous.reservation_id if previous not in (None, hold) else None
        token = self._flow.pages.tokens.of_hold(request.account.id, hold)
        details_address = request.link(request.book("details"), [(HOLD, token)])
        try:
            held = await self._flow.times.take(request, hold, instead_of)
        except AlreadyBooked:
            if typed:
                raise
            return see_other(request, details_address)  # as before it was booked
        if not typed:
            return see_other(request, details_address)
        details, today = await self._flow.details(request, hold, held, typed)
        read = DetailsReader(details.found, typed, today).read()
        if read.faults:
            return self._flow.shown.details(request, details)
        await self._flow.check_person(request, read.person)
        return self._flow.shown.check(request, details)

    def _hold(
        self, request: PublicRequest, form: SentForm, choices: Choices, start: Minute
    ) -> Hold:
        reservation_id = self._flow.pages.signatures.reservation_id(
            request.account.id, form.hidden.one(KEY), str(start)
        )
        if choices.branch is None:
            raise TypeError("the choices lead to a time")
        return Hold(
            reservation_id,
            choices.branch.id,
            ids_of(choices.services),
            choices.people or 1,
            choices.resource.id if choices.resource else None,
            start,
        )

    def _choices(self, tx: AccountTx, request: PublicRequest, form: SentForm) -> Choices | None:
        """The choices of a form; None: they no longer lead to a time."""
        offer = offer_of(tx, request)
        choices = with_only_answers(offer, read_choices(offer, form.hidden))
        return choices if undecided_of(offer, choices) is Undecided.TIME else None


def start_of(form: SentForm) -> Minute | None:
    """The start of the button that was pressed; None: it is no time."""
    try:
        return read_instant(form.typed.one("start"))
    except PydanticCustomError:
        return None


def _same_time(one: Hold, other: Hold) -> bool:
    return (one.branch_id, one.service_ids, one.party, one.resource_id, one.start) == (
        other.branch_id,
        other.service_ids,
        other.party,
        other.resource_id,
        other.start,
    )
