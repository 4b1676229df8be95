"""`/console/setup/messages/{kind}/{channel}/{locale}`: one text, and what it makes of it."""

from collections.abc import Mapping

from openslot.delivery.model.message_kinds import EMAIL, MESSAGE_CHANNELS, MESSAGE_KINDS
from openslot.delivery.texts.facts import variable_names
from openslot.kernel.errors import Invalid, NotFound
from openslot.web.console.frame.account_items.account_change import (
    change_account,
    content_of,
    version_of,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.message_texts.kinds import channel_names, kind_names
from openslot.web.console.message_texts.own_text_form import (
    TextPlace,
    changed_block,
    field_of,
    stored_parts,
    typed_parts,
)
from openslot.web.console.message_texts.previews import NothingToShow, message_preview
from openslot.web.http.response import Response
from openslot.web.page_kit.localized_fields import own_names

_PREVIEW = "preview"


class TextPage:
    """The form of a text, with a preview beneath it."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page.

        Raises:
            NotFound: there is no such kind or channel, or the account has no such language.
        """
        place = _place(request)
        stored = stored_parts(content_of(request.account)["messages"], place)
        return await self._page(request, place, FormValues(stored, request.typed), stored)

    async def take(self, request: ConsoleRequest) -> Response:
        """Saves the text, or shows what it makes.

        Raises:
            NotFound: as `show`.
        """
        place = _place(request)
        parts = typed_parts(request.form, place)
        typed = FormValues(typed=request.form)
        if request.form.has(_PREVIEW):
            return await self._page(request, place, typed, parts)
        try:
            return await change_account(
                self._console,
                request,
                lambda content: {
                    **content,
                    "messages": changed_block(content["messages"], place, parts),
                },
            )
        except Invalid as refusal:
            return await self._page(request, place, self._refused(request, refusal), {}, 422)

    def _refused(self, request: ConsoleRequest, refusal: Invalid) -> FormValues:
        names = {fault.field: field_of(fault.field) for fault in refusal.faults}
        return FormValues(typed=request.form, faults=faults_of(refusal, request.words, names))

    async def _page(
        self,
        request: ConsoleRequest,
        place: TextPlace,
        form: FormValues,
        parts: Mapping[str, str],
        status: int = 200,
    ) -> Response:
        try:
            shown = await message_preview(self._console, request, place, parts)
        except NothingToShow:
            shown = None
        except Invalid as refusal:
            shown, status, form = None, 422, self._refused(request, refusal)
        words = request.words
        values = {
            "place": place,
            "is_mail": place.channel == EMAIL,
            "version": version_of(request.account),
            "names": sorted(variable_names(place.kind)),
            "message": shown,
        }
        heading = (
            f"{kind_names(words)[place.kind]}, {channel_names(words)[place.channel]}, "
            f"{own_names(request.locales)[place.locale]}"
        )
        page = ConsolePage(heading, "message_texts/text.html", values, form, status)
        return self._console.page(request, page)


def _place(request: ConsoleRequest) -> TextPlace:
    place = TextPlace(*(request.parameters[name] for name in ("kind", "channel", "locale")))
    if (
        place.kind not in MESSAGE_KINDS
        or place.channel not in MESSAGE_CHANNELS
        or place.locale not in request.locales
    ):
        raise NotFound
    return place
