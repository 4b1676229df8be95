"""`/console/customers`: one box, and whom it finds. What was typed stands in no URL."""

from openslot.kernel.errors import Invalid
from openslot.kernel.page import Page
from openslot.scheduling.people.actions import FIND_CUSTOMERS, FindCustomers
from openslot.scheduling.people.search import CustomerSearch, FoundPerson
from openslot.web.api.event_dispatch import dispatch_first
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.customers.person_rows import PersonRows
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response

CUSTOMERS = "/console/customers"
_TEXT = "text"  # name of the field
_MOST_CHARACTERS = 255


class SearchPages:
    """The box, with hits beneath it."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The box alone."""
        return self._page(request, FormValues(typed=request.typed))

    async def find(self, request: ConsoleRequest) -> Response:
        """Whom the text finds."""
        wanted = CustomerSearch(request.form.one(_TEXT)[:_MOST_CHARACTERS])
        await dispatch_first(self._console.app, request.account.id)
        try:
            page, localized = await self._console.run_and(
                request,
                FIND_CUSTOMERS,
                FindCustomers(wanted),
                lambda tx, page: (page, localized_catalogue(tx, request.locale)),
            )
        except Invalid:
            fault = request.words.say("Type three characters or more")
            return self._page(request, FormValues(typed=request.form, faults={_TEXT: fault}), 422)
        return self._page(request, FormValues(typed=request.form), 200, page, localized)

    def _page(
        self,
        request: ConsoleRequest,
        form: FormValues,
        status: int = 200,
        page: Page[FoundPerson] | None = None,
        localized: LocalizedCatalogue | None = None,
    ) -> Response:
        rows = []
        if page is not None and localized is not None:
            rows = PersonRows(request, localized).rows(page.items)
        values = {
            "people": rows,
            "was_asked": page is not None,
            "has_more": page is not None and page.has_more,
        }
        heading = request.words.say("Customers")
        shown = ConsolePage(heading, "customers/search.html", values, form, status)
        return self._console.page(request, shown)
