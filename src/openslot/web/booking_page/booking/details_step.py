"""`/book/{account}/details` and `…/check`: who comes."""

from openslot.web.booking_page.booking.detail_fields import DetailsReader, typed_pairs
from openslot.web.booking_page.booking.details_pages import CHECK, DETAILS
from openslot.web.booking_page.booking.flow import Flow
from openslot.web.booking_page.choosing.choices import PEOPLE, SERVICE
from openslot.web.booking_page.choosing.first_step import FirstStep
from openslot.web.booking_page.choosing.sent_choices import (
    CHOOSING,
    HOLD,
    LATER,
    SentChoices,
    choices_of_form,
)
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.redirects import see_other
from openslot.web.booking_page.signing.form_signatures import SentForm
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import FieldPairs, Pairs

CHANGE, RENEW, OTHER_TIME = "change", "more", "choose"  # names of buttons; RENEW also an id
# What stays chosen when one of the choices is to be changed.
_STAYS = {"service": (), "people": (SERVICE,), "branch": (SERVICE, PEOPLE)}


class DetailsStep:
    """Asks for the details, and shows them once more."""

    def __init__(self, flow: Flow, first: FirstStep) -> None:
        """`first` shows the choices to whoever wants to change them."""
        self._flow = flow
        self._first = first

    async def show(self, request: PublicRequest) -> Response:
        """The empty form.

        Raises:
            UnknownToken: the hold is none.
        """
        hold = self._flow.hold(request, request.query.one(HOLD))
        return await self._flow.settled(request, (), self._show(request, hold))

    async def change(self, request: PublicRequest) -> Response:
        """What a button other than "Continue" does.

        Raises:
            FormChanged, UnknownToken: the form is not one of ours.
        """
        form = self._flow.form(request, DETAILS, CHECK, CHOOSING)
        typed = _typed(form)
        if form.kind == CHOOSING:
            return await self._choose(request, choices_of_form(form, typed))
        hold = self._flow.hold(request, form.hidden.one(HOLD))
        return await self._flow.settled(request, typed, self._change(request, form, hold, typed))

    async def check(self, request: PublicRequest) -> Response:
        """Everything once more, or every fault at once.

        Raises:
            FormChanged, UnknownToken: the form is not one of ours.
        """
        form = self._flow.form(request, DETAILS)
        hold, typed = self._flow.hold(request, form.hidden.one(HOLD)), _typed(form)
        return await self._flow.settled(request, typed, self._check(request, hold, typed))

    async def _show(self, request: PublicRequest, hold: Hold) -> Response:
        held = await self._flow.times.find(request, hold)
        self._flow.times.refuse_booked(hold, held)
        details, _ = await self._flow.details(request, hold, held, ())
        return self._flow.shown.details(request, details)

    async def _change(
        self, request: PublicRequest, form: SentForm, hold: Hold, typed: Pairs
    ) -> Response:
        wanted = form.typed.one(CHANGE)
        if form.typed.has(OTHER_TIME) or wanted in ("time", *_STAYS):
            found, _ = await self._flow.chosen(request, hold)
            if wanted in _STAYS:
                staying = found.choices.pairs(*_STAYS[wanted]) if _STAYS[wanted] else []
            else:
                staying = [*found.choices.pairs(), found.day_pair]
            sent = SentChoices(FieldPairs(staying), form.hidden.one(HOLD), typed)
            return await self._choose(request, sent)
        times = self._flow.times
        if form.typed.has(RENEW):
            held, focus = await times.renew(request, hold), RENEW
        else:
            held, focus = await times.ensure(request, hold), wanted
        details, _ = await self._flow.details(request, hold, held, typed)
        if form.kind == CHECK and not wanted:
            return self._flow.shown.check(request, details, focus)
        return self._flow.shown.details(request, details, focus=focus)

    async def _choose(self, request: PublicRequest, sent: SentChoices) -> Response:
        """Choosing again: by address, unless something was typed that must be in none."""
        if sent.is_carried:
            return await self._first.next_step(request, sent)
        pairs = [*sent.choices.pairs, *([(HOLD, sent.hold)] if sent.hold else []), LATER]
        return see_other(request, request.link(request.book(), pairs))

    async def _check(self, request: PublicRequest, hold: Hold, typed: Pairs) -> Response:
        held = await self._flow.times.ensure(request, hold)
        details, today = await self._flow.details(request, hold, held, typed)
        read = DetailsReader(details.found, typed, today).read()
        if read.faults:
            return self._flow.shown.details(request, details, read.faults)
        await self._flow.check_person(request, read.person)
        return self._flow.shown.check(request, details)


def _typed(form: SentForm) -> Pairs:
    """What was typed: into the fields of the details, or before it came to another form."""
    return typed_pairs(form.typed if form.kind == DETAILS else form.hidden)
