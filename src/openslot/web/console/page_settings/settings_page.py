"""`/console/setup/booking-page`: whether the public can book, and what its page looks like."""

from openslot.account_file.booking_page.page_languages import is_spoken
from openslot.account_file.entries import entry_of
from openslot.kernel.errors import Invalid
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.model.catalogue_item import SERVICE
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.account_change import (
    change_account,
    content_of,
    version_of,
)
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.page_settings.page_drawing import page_drawing
from openslot.web.console.page_settings.settings_form import (
    FIELDS,
    changed_block,
    stored_values,
)
from openslot.web.http.response import Response
from openslot.web.page_kit.localized_fields import other_languages, own_names

PATH = "/console/setup/booking-page"
_PREVIEW = "preview"
_MOST_DRAWN = 3


class BookingPageSettings:
    """The page and its form."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        stored = stored_values(content_of(request.account)["bookingPage"], request.locales)
        return await self._page(request, FormValues(stored, request.typed))

    async def take(self, request: ConsoleRequest) -> Response:
        """Saves the form, or draws what it says."""
        form, locales = request.form, request.locales
        if form.has(_PREVIEW):
            return await self._page(request, FormValues(typed=form))
        try:
            return await change_account(
                self._console,
                request,
                lambda content: {
                    **content,
                    "bookingPage": changed_block(content["bookingPage"], form, locales),
                },
            )
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words, FIELDS)
            return await self._page(request, FormValues(typed=form, faults=faults), 422)

    async def _page(self, request: ConsoleRequest, form: FormValues, status: int = 200) -> Response:
        entries = await self._console.read(request, _services)
        services = [request.text(entry["name"]) for entry in entries]
        block = content_of(request.account)["bookingPage"]
        spoken = [locale for locale in request.locales if is_spoken(locale)]
        values = {
            "path": PATH,
            "version": version_of(request.account),
            "is_open": block is not None and block.get("enabled", True),
            "address": f"{self._console.app.settings.public_url}/book/{request.account.name}",
            "languages": other_languages(request.locales),
            "spoken": list(own_names(spoken).items()),
            "drawing": page_drawing(form, request.account_title, services),
        }
        heading = request.words.say("Booking page")
        page = ConsolePage(heading, "page_settings/settings.html", values, form, status)
        return self._console.page(request, page)


def _services(tx: AccountTx) -> list[dict[str, str]]:
    """The first ones that the page would list."""
    active = [item for item in all_items(tx) if item.kind == SERVICE and item.active]
    return [dict(entry_of(item)) for item in active[:_MOST_DRAWN]]
