"""The pages of choosing, made of what was read."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from openslot.scheduling.model.policies import policy_of
from openslot.web.booking_page.booking_pages import BookingPages
from openslot.web.booking_page.choosing.choices import (
    BRANCH,
    PEOPLE,
    RESOURCE,
    SERVICE,
    Choices,
    month_text,
)
from openslot.web.booking_page.choosing.decision import Decision, Undecided
from openslot.web.booking_page.choosing.durations import (
    party_duration_words,
    service_duration_words,
)
from openslot.web.booking_page.choosing.sent_choices import (
    CHOOSING,
    FIRST,
    HOLD,
    LATER,
    SentChoices,
)
from openslot.web.booking_page.choosing.time_view import TimeView
from openslot.web.booking_page.public_request import PublicRequest
from openslot.web.booking_page.rendering import Step, page
from openslot.web.booking_page.signing.form_signatures import KEY, new_key
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import Pairs

TIMES = "times"  # the kind of the form that reserves, and the fragment of its place


class ChoosingPages:
    """Shows each step of choosing."""

    def __init__(self, pages: BookingPages) -> None:
        """Takes what the steps share."""
        self._pages = pages

    def service(self, request: PublicRequest, found: Decision, sent: SentChoices) -> Response:
        """The services, and how many people come; or the people alone."""
        faults = _faults(request, found, sent)
        asks_people_alone = found.undecided is Undecided.PEOPLE or len(found.offer.services) == 1
        staying = (SERVICE, BRANCH, RESOURCE) if asks_people_alone else (BRANCH, RESOURCE)
        most = found.choices.most_people if asks_people_alone else found.offer.most_people
        return self._choosing_page(
            request,
            found,
            sent,
            Step(
                "service",
                request.words.say("What do you need?"),
                "service.html",
                {
                    "offer": found.offer,
                    "chosen": found.choices.services,
                    "people": sent.choices.one(PEOPLE)
                    if PEOPLE in faults
                    else found.choices.people or 1,
                    "most_people": most,
                    "asks_people_alone": asks_people_alone,
                    "lasts": partial(service_duration_words, request),
                    "faults": faults,
                    "groups": found.offer.groups_at(found.choices.branch),
                    "staying": [
                        *found.choices.pairs(*staying),
                        *found.choices.wanted_day,
                        *([FIRST] if sent.takes_first else []),
                    ],
                },
                status=422 if faults else 200,
                has_faults=bool(faults),
            ),
        )

    def branch(self, request: PublicRequest, found: Decision, sent: SentChoices) -> Response:
        """The branches that offer what was chosen."""
        nothing_chosen = {BRANCH: request.words.say("Choose a branch")}
        faults = nothing_chosen if sent.submitted == "branch" else {}
        return self._choosing_page(
            request,
            found,
            sent,
            Step(
                "branch",
                request.words.say("Where would you like to go?"),
                "branch.html",
                {
                    "offer": found.offer,
                    "branches": found.branches,
                    "faults": faults,
                    "staying": [
                        *found.choices.pairs(SERVICE, PEOPLE),
                        *found.choices.wanted_day,
                    ],
                },
                status=422 if faults else 200,
                has_faults=bool(faults),
            ),
        )

    def time(
        self, request: PublicRequest, found: Decision, sent: SentChoices, view: TimeView
    ) -> Response:
        """The month and the starts of its open day."""
        choices = found.choices
        hidden = [*choices.pairs(), *sent.carried, (KEY, new_key())]
        notice = ""
        if choices.day is not None and not view.open_day:
            notice = request.words.say(
                "There are no free times on {date}.", date=request.formats.full_date(choices.day)
            )
        return self._choosing_page(
            request,
            found,
            sent,
            Step(
                "time",
                request.words.say("Choose a day and time"),
                "time.html",
                {
                    "view": view,
                    "action": request.book("hold"),
                    "base_pairs": choices.pairs(),
                    "month_text": month_text,
                    "start_form": self._pages.hidden(request, TIMES, hidden),
                    **_chosen_words(request, found),
                    "back_path": self._back_path(request, found, sent),
                },
                notice=notice,
            ),
        )

    def nothing(self, request: PublicRequest, found: Decision, sent: SentChoices) -> Response:
        """There is no free time, or nothing at all to be booked."""
        has_services = bool(found.offer.services)
        back_path = self._back_path(request, found, sent) if has_services else ""
        values = {
            "back_path": back_path,
            "has_services": has_services,
            **_chosen_words(request, found),
        }
        heading = request.words.say("There are no free times")
        step = Step("none", heading, "none.html", values)
        return self._choosing_page(request, found, sent, step)

    def _choosing_page(
        self, request: PublicRequest, found: Decision, sent: SentChoices, step: Step
    ) -> Response:
        notices = []
        is_typed = sent.submitted == "service" and PEOPLE in step.values.get("faults", ())
        if found.choices.has_dropped and not is_typed:
            notices.append(
                request.words.say(
                    "Part of the link does not exist or does not fit any more. Please choose again."
                )
            )
        if step.notice:
            notices.append(step.notice)
        intro = request.text(request.page.document.texts.intro)
        values: Mapping[str, Any] = {
            "intro": intro if sent.is_first_step else "",
            "sent": sent,
            "request": request,
            "choosing_form": self._choosing_form(request, found.choices, sent, step),
            "steps_path": request.book("details") if sent.is_carried else request.book(),
            **step.values,
        }
        held: Pairs = [LATER] if sent.is_carried or not sent.hold else [(HOLD, sent.hold), LATER]
        own = "" if sent.is_carried else request.link(request.book(), _query_of(request))
        return page(
            request,
            Step(
                step.name,
                step.heading,
                step.template,
                {
                    **values,
                    "held": held,
                    "held_by_form": [*held[:-1], (LATER[0], step.name)],
                },
                status=step.status,
                notice=" ".join(notices),
                has_faults=step.has_faults,
                own_address=own,
            ),
        )

    def _back_path(self, request: PublicRequest, found: Decision, sent: SentChoices) -> str:
        """The step before the time; "": there is none, or it would lose what was typed."""
        choices, offer = found.choices, found.offer
        if sent.is_carried:
            return ""
        held: Pairs = [(HOLD, sent.hold), LATER] if sent.hold else [LATER]
        if len(offer.branches_of(choices.services)) > 1:
            return request.link(request.book(), [*choices.pairs(SERVICE, PEOPLE), *held])
        if len(offer.services) > 1 or offer.most_people > 1:
            return request.link(request.book(), held)
        return ""

    def _choosing_form(
        self, request: PublicRequest, choices: Choices, sent: SentChoices, step: Step
    ) -> Pairs:
        """The hidden fields of the form by which choices are made where they are carried.

        None of them has the name of a field that the step asks for: it would count as changed.
        """
        if not sent.is_carried:
            return ()
        staying = step.values.get("staying", choices.pairs())
        return self._pages.hidden(request, CHOOSING, [*staying, *sent.carried])


def _chosen_words(request: PublicRequest, found: Decision) -> dict[str, str]:
    """What was chosen, where, and how long it takes; "": nothing yet."""
    choices, party = found.choices, found.choices.people or 1
    if not choices.services:
        return {"what": "", "where": "", "how_long": ""}
    minutes = policy_of(choices.services, party).duration_minutes
    return {
        "what": found.offer.names(choices.services),
        "where": found.offer.name(choices.branch) if choices.branch else "",
        "how_long": party_duration_words(request, party, minutes),
    }


def _query_of(request: PublicRequest) -> Pairs:
    travelling = {name for name, _ in request.travelling}
    return [pair for pair in request.query.pairs if pair[0] not in travelling]


def _faults(request: PublicRequest, found: Decision, sent: SentChoices) -> dict[str, str]:
    """What is wrong with the choices that were made in the form, by field."""
    say = request.words.say
    if found.undecided is Undecided.SERVICE and sent.submitted == "service":
        return {SERVICE: say("Choose what you need")}
    if found.undecided is Undecided.PEOPLE and sent.submitted == "service":
        return {PEOPLE: say("Enter how many people will come")}
    if found.undecided is Undecided.NOT_COMBINED:
        return {
            SERVICE: say(
                "These services cannot be booked together. Choose fewer, or book them separately."
            )
        }
    if found.undecided is Undecided.TOO_MANY_PEOPLE:
        most = found.choices.most_people
        text = request.words.count(
            "Only one person can come.", "At most {number} people can come.", most
        )
        return {PEOPLE: text}
    return {}
