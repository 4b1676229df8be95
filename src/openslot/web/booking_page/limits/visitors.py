"""Who comes, as the limits count them, and the page for somebody who is at one."""

import hashlib
import json
from collections.abc import Mapping

from openslot.kernel import fields
from openslot.kernel.counted_address import counted_address
from openslot.kernel.fields import FieldRefused
from openslot.scheduling.booking.visitors import Visitor, VisitorLimits
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.limits.mailed_codes import MailedCodes
from openslot.web.booking_page.limits.puzzles import Puzzles
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.signing.form_signatures import SIGNATURE
from openslot.web.http.response import Response

_PUZZLE, _EMAIL, _CODE, _CODE_ID = "altcha", "challengeEmail", "challengeCode", "challengeId"
_OF_CHALLENGE = (_PUZZLE, _EMAIL, _CODE, _CODE_ID)


class Visitors:
    """Knows visitors by their addresses, and asks those at a limit for a proof."""

    def __init__(self, pages: BookingPages) -> None:
        """Takes what the steps share."""
        self._pages = pages
        self._puzzles = Puzzles(pages.app.purpose_keys)
        self._codes = MailedCodes(pages)

    async def visitor(self, request: PublicRequest) -> Visitor:
        """Who sent a form, with the proof that came with it."""
        form, act = request.form, _act(request)
        proof = self._puzzles.proof(form.one(_PUZZLE), act)
        if proof is None and form.one(_CODE):
            trial = await self._codes.tried(request, form.one(_CODE_ID), form.one(_CODE), act)
            proof = trial.proof
        address = counted_address(request.address)
        digest = self._pages.signatures.address_digest(request.account.id, address)
        return Visitor(digest, limits_of(request), proof)

    async def challenge(self, request: PublicRequest) -> Response:
        """403: the form again, to be sent with a proof; then it does what was asked.

        Raises:
            RateLimited: codes have been sent too often.
        """
        say, form = request.words.say, request.form
        code_id, faults = "", {}
        if form.has(_CODE):
            faults = {_CODE: say("This code is wrong or too old")}
            if await self._codes.may_try_again(request, form.one(_CODE_ID), _act(request)):
                code_id = form.one(_CODE_ID)
            else:
                faults = {_EMAIL: faults[_CODE]}
        elif form.has(_EMAIL) and self._codes.are_sent(request):
            try:
                email = fields.email(form.one(_EMAIL))
            except FieldRefused:
                faults = {_EMAIL: say("Enter an e-mail address such as name@example.org")}
            else:
                code_id = await self._codes.send(request, email, _act(request))
        return self._page(request, code_id, faults)

    def limit(self, request: PublicRequest) -> Response:
        """422: the person has as many appointments as one may have; nothing is said of them."""
        heading = request.words.say("You have reached the limit")
        return page(request, Step("limit", heading, "limit.html", status=422))

    def _page(self, request: PublicRequest, code_id: str, faults: Mapping[str, str]) -> Response:
        return page(
            request,
            Step(
                "challenge",
                request.words.say("One more check"),
                "challenge.html",
                {
                    "action": request.base + request.path,
                    "form": [one for one in request.form.pairs if one[0] not in _OF_CHALLENGE],
                    "puzzle": json.dumps(self._puzzles.new(_act(request))),
                    "sends_codes": self._codes.are_sent(request),
                    "code_id": code_id,
                    "faults": faults,
                },
                status=403,
                has_faults=bool(faults),
            ),
        )


def limits_of(request: PublicRequest) -> VisitorLimits:
    """The limits of the account."""
    limits = request.page.document.limits
    return VisitorLimits(
        limits.open_appointments_per_person,
        limits.holds_per_address,
        limits.bookings_per_address_and_hour,
    )


def _act(request: PublicRequest) -> str:
    """What a form does: one start, or one booking. Its signature stands for all hidden fields."""
    form = request.form
    said = [request.path, form.one(SIGNATURE), form.one("start")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
