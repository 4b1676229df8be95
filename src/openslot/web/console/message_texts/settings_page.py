"""`/console/setup/messages`: how customers are written to, and every text as they get it."""

from dataclasses import dataclass

from openslot.delivery.model.message_kinds import MESSAGE_CHANNELS, MESSAGE_KINDS
from openslot.kernel.errors import Invalid
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
from openslot.web.console.message_texts.kinds import channel_names, kind_names
from openslot.web.console.message_texts.own_text_form import TextPlace, stored_parts
from openslot.web.console.message_texts.previews import (
    MessageAsSent,
    NothingToShow,
    message_preview,
)
from openslot.web.console.message_texts.settings_form import (
    CLASSES,
    FIELDS,
    changed_block,
    stored_values,
)
from openslot.web.http.response import Response
from openslot.web.page_kit.localized_fields import other_languages, own_names

PATH = "/console/setup/messages"


@dataclass(frozen=True, slots=True)
class ShownText:
    """One text of the list."""

    place: TextPlace
    is_own: bool  # the account's, else the product's
    message: MessageAsSent


class MessageSettings:
    """The page, its form, and the list of texts."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        stored = stored_values(content_of(request.account)["messages"], request.locales)
        return await self._page(request, FormValues(stored, request.typed))

    async def save(self, request: ConsoleRequest) -> Response:
        """Saves the form."""
        form, locales = request.form, request.locales
        try:
            return await change_account(
                self._console,
                request,
                lambda content: {
                    **content,
                    "messages": changed_block(content["messages"], form, locales),
                },
            )
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words, FIELDS)
            return await self._page(request, FormValues(typed=form, faults=faults), 422)

    async def _page(self, request: ConsoleRequest, form: FormValues, status: int = 200) -> Response:
        say, kinds = request.words.say, kind_names(request.words)
        classes = (say("everything"), say("that there is something"), say("nothing"))
        values = {
            "path": PATH,
            "version": version_of(request.account),
            "kinds": kinds,
            "channels": channel_names(request.words),
            "classes": list(zip(CLASSES, classes, strict=True)),
            "languages": other_languages(request.locales),
            "texts": await self._texts(request),
            "locales": own_names(request.locales),
        }
        heading = say("Messages")
        page = ConsolePage(heading, "message_texts/settings.html", values, form, status)
        return self._console.page(request, page)

    async def _texts(self, request: ConsoleRequest) -> dict[tuple[str, str, str], ShownText]:
        """By language, kind and channel; none where there is nothing that they could be about."""
        block = content_of(request.account)["messages"]
        places = [
            TextPlace(kind, channel, locale)
            for locale in request.locales
            for kind in MESSAGE_KINDS
            for channel in MESSAGE_CHANNELS
        ]
        try:
            return {
                (place.locale, place.kind, place.channel): ShownText(
                    place,
                    bool(stored_parts(block, place)),
                    await message_preview(self._console, request, place),
                )
                for place in places
            }
        except NothingToShow:
            return {}
