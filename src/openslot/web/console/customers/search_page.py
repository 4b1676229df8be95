"""`/console/customers`: one box, and whom it finds. What was typed stands in no URL."""

from dataclasses import replace

from openslot.kernel.errors import Invalid
from openslot.scheduling.people.actions import FIND_CUSTOMERS, FindCustomers
from openslot.scheduling.people.search import MOST_PEOPLE, CustomerSearch, FoundPeople
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.customers.person_rows import PersonRows
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.limits import Limit
from openslot.web.http.problems import RateLimited
from openslot.web.http.response import Response

CUSTOMERS = "/console/customers"
_TEXT = "text"  # name of the field
_MOST_CHARACTERS = 255


class SearchPages:
    """The box, with hits beneath it."""

    def __init__(self, console: Console, searches: Limit) -> None:
        """Takes what the rooms share, and how often one user may search."""
        self._console = console
        self._searches = searches

    async def show(self, request: ConsoleRequest) -> Response:
        """The box alone."""
        return self._page(request, FormValues(typed=request.typed))

    async def find(self, request: ConsoleRequest) -> Response:
        """Whom the text finds."""
        try:
            self._searches.take(request.session.user.id)
        except RateLimited as error:
            return self._refused(request, error)
        wanted = CustomerSearch(request.form.one(_TEXT)[:_MOST_CHARACTERS])
        await dispatch_first(self._console.app, request.account.id)
        try:
            found, localized = await self._console.run_and(
                request,
                FIND_CUSTOMERS,
                FindCustomers(wanted),
                lambda tx, found: (found, localized_catalogue(tx, request.locale)),
            )
        except Invalid:
            fault = request.words.say("Type three characters or more")
            return self._page(request, FormValues(typed=request.form, faults={_TEXT: fault}), 422)
        return self._page(request, FormValues(typed=request.form), 200, found, localized)

    def _refused(self, request: ConsoleRequest, error: RateLimited) -> Response:
        """The box with what was typed, and when to go on."""
        seconds = error.retry_after_seconds
        fault = request.words.count(
            "Too many searches. Search again in a second.",
            "Too many searches. Search again in {number} seconds.",
            seconds,
        )
        shown = self._page(request, FormValues(typed=request.form, faults={_TEXT: fault}), 429)
        return replace(shown, headers={**shown.headers, "Retry-After": str(seconds)})

    def _page(
        self,
        request: ConsoleRequest,
        form: FormValues,
        status: int = 200,
        found: FoundPeople | None = None,
        localized: LocalizedCatalogue | None = None,
    ) -> Response:
        rows = []
        if found is not None and localized is not None:
            rows = PersonRows(request, localized).rows(found.people)
        values = {
            "people": rows,
            "was_asked": found is not None,
            "has_more": found is not None and found.next_after is not None,
            "is_full": len(rows) == MOST_PEOPLE,
        }
        heading = request.words.say("Customers")
        shown = ConsolePage(heading, "customers/search.html", values, form, status)
        return self._console.page(request, shown)
