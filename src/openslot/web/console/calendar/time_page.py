"""The page of a form that takes time from a resource, at first and after faults."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from openslot.kernel.errors import Invalid
from openslot.web.console.calendar.time_forms import FirstTime, TakenTime, taken_time, time_form
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.language.vocabulary import Words

AGAIN = "again"  # the button "Back" of what is shown before time is taken
Acted = Awaitable[Response]


@dataclass(frozen=True)
class TimePage:
    """What such a page is called, how it looks, and which time it begins with."""

    heading: Callable[[Words], str]
    template: str
    first_time: FirstTime

    async def show(
        self, console: Console, request: ConsoleRequest, refusal: Invalid | None = None
    ) -> Response:
        """The form, with what was typed and what is wrong with it.

        Raises:
            NotFound: there is no such branch or resource.
        """
        form = await console.read(request, time_form, request, self.first_time)
        typed = request.form if request.method == "POST" else request.typed
        faults = {} if refusal is None else _faults(refusal, request.words)
        page = ConsolePage(
            self.heading(request.words),
            self.template,
            {"resources": form.resources},
            FormValues(form.stored, typed, faults),
            status=422 if faults else 200,
        )
        return console.page(request, page)

    async def take(
        self, console: Console, request: ConsoleRequest, act: Callable[[TakenTime], Acted]
    ) -> Response:
        """Acts on the time that was typed; the form again where "Back" says so, or it is faulty.

        Raises:
            NotFound: there is no such resource.
        """
        if request.form.has(AGAIN):
            return await self.show(console, request)
        try:
            return await act(await console.read(request, taken_time, request.form))
        except Invalid as refusal:
            return await self.show(console, request, refusal)


def _faults(refusal: Invalid, words: Words) -> dict[str, str]:
    said = {
        "not_later": words.say("Choose a time that is later than the first one"),
        "too_many_days": words.say("Choose a time within a year of the first one"),
    }
    own = {fault.field: said[fault.code] for fault in refusal.faults if fault.code in said}
    return faults_of(refusal, words) | own
