"""The pages of details and of checking them, with how long the time is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from openslot.kernel.clock import MINUTE_MS
from openslot.scheduling.booking.holds import renewable_until
from openslot.scheduling.customer_actions import HeldTime
from openslot.scheduling.model.reservation import Reservation
from openslot.web.booking_page.booking.chosen import Chosen
from openslot.web.booking_page.booking.detail_fields import (
    EMAIL_FIELD,
    detail_fields,
    shown_answers,
)
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.choosing.sent_choices import HOLD
from openslot.web.booking_page.choosing.time_view import zone_text
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.signing.sealed_tokens import Hold
from openslot.web.booking_page.told_words import email_hint
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import FieldPairs, Pairs

DETAILS, CHECK = "details", "check"  # the kinds of the two forms
_WARNING_SECONDS = 120


@dataclass(frozen=True)
class HeldDetails:
    """A held time, and what was typed for it."""

    hold: Hold
    found: Chosen
    held: HeldTime
    typed: Pairs = ()


@dataclass(frozen=True, slots=True)
class HoldView:
    """How long the time is held, as a page shows it."""

    until: str  # wall time at the branch; "": it is held no longer
    zone_text: str  # whose wall time that is
    seconds_left: int
    is_warning: bool
    can_renew: bool


class DetailsPages:
    """Shows the two pages."""

    def __init__(self, pages: BookingPages) -> None:
        """Takes what the steps share."""
        self._pages = pages

    def details(
        self,
        request: PublicRequest,
        of: HeldDetails,
        faults: Mapping[str, str] | None = None,
        focus: str = "",
    ) -> Response:
        """The form; `focus` is the field that somebody wants to change, or the button pressed."""
        token = self._token(request, of)
        own = [(HOLD, token)]
        fields, settings = detail_fields(of.found), self._pages.app.settings
        step = Step(
            "details",
            request.words.say("Your details"),
            "details.html",
            {
                **self._shared(request, of, DETAILS, own),
                "fields": fields,
                "hints": {
                    field.name: email_hint(request, settings, is_required=field.is_required)
                    for field in fields
                    if field.name == EMAIL_FIELD
                },
                "typed": FieldPairs(of.typed),
                "faults": faults or {},
                "focus": focus,
                "has_consent": bool(request.page.document.texts.consent),
            },
            status=422 if faults else 200,
            has_faults=bool(faults),
            own_address="" if of.typed or faults else request.link(request.book("details"), own),
        )
        return page(request, step)

    def check(self, request: PublicRequest, of: HeldDetails, focus: str = "") -> Response:
        """Everything once more before it is booked; `focus` is the button that was pressed."""
        own = [(HOLD, self._token(request, of)), *of.typed]
        found = of.found
        rows = [*found.rows(), *shown_answers(found, of.typed)]
        step = Step(
            "check",
            request.words.say("Check your answers"),
            "check.html",
            {**self._shared(request, of, CHECK, own), "rows": rows, "focus": focus},
        )
        return page(request, step)

    def _shared(
        self, request: PublicRequest, of: HeldDetails, kind: str, hidden: Pairs
    ) -> dict[str, Any]:
        return {
            "chosen": of.found,
            "hold": hold_view(request, of),
            "form": self._pages.hidden(request, kind, hidden),
            "details_action": request.book("details"),
            "check_action": request.book("check"),
            "confirm_action": request.book("confirm"),
        }

    def _token(self, request: PublicRequest, of: HeldDetails) -> str:
        return self._pages.tokens.of_hold(request.account.id, of.hold)


def hold_view(request: PublicRequest, of: HeldDetails) -> HoldView:
    """How long the time of some details is held."""
    reservation = of.held.reservation
    if reservation is None:
        renewable = not isinstance(of.held.found, Reservation) or _is_renewable(of.held.found)
        return HoldView("", "", 0, is_warning=False, can_renew=renewable)
    end, zone = reservation.expires_at // MINUTE_MS, of.found.zone
    seconds = ceil((reservation.expires_at - of.held.now) / 1000)
    return HoldView(
        until=request.formats.time(end, zone),
        zone_text=zone_text(request, [end], zone),
        seconds_left=seconds,
        is_warning=seconds < _WARNING_SECONDS,
        can_renew=_is_renewable(reservation),
    )


def _is_renewable(reservation: Reservation) -> bool:
    return renewable_until(reservation) > reservation.expires_at
