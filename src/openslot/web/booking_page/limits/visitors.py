"""Who comes, as the limits count them, and the page for somebody who is at one."""

import hashlib
import json

from openslot.kernel.counted_address import counted_address
from openslot.scheduling.booking.visitors import Visitor, VisitorLimits
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.limits.puzzles import Puzzles
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.signing.form_signatures import SIGNATURE
from openslot.web.http.response import Response

_ANSWER = "altcha"


class Visitors:
    """Knows visitors by their addresses, and asks those at a limit for a proof."""

    def __init__(self, pages: BookingPages) -> None:
        """Takes what the steps share."""
        self._pages = pages
        self._puzzles = Puzzles(pages.app.purpose_keys)

    def visitor(self, request: PublicRequest) -> Visitor:
        """Who sent a form, with the proof that came with it."""
        address = counted_address(request.address)
        return Visitor(
            address=self._pages.signatures.address_digest(request.account.id, address),
            limits=limits_of(request),
            proof=self._puzzles.proof(request.form.one(_ANSWER), _act(request)),
        )

    def challenge(self, request: PublicRequest) -> Response:
        """403: the form again, to be sent with a proof; then it does what was asked."""
        hidden = [pair for pair in request.form.pairs if pair[0] != _ANSWER]
        return page(
            request,
            Step(
                "challenge",
                request.words.say("One more check"),
                "challenge.html",
                {
                    "action": request.base + request.path,
                    "form": hidden,
                    "puzzle": json.dumps(self._puzzles.new(_act(request))),
                },
                status=403,
            ),
        )

    def limit(self, request: PublicRequest) -> Response:
        """422: the person has as many appointments as one may have; nothing is said of them."""
        heading = request.words.say("You have reached the limit")
        return page(request, Step("limit", heading, "limit.html", status=422))


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
