"""`/console/blocks/new`: takes time from a resource, after a look at who stands in it."""

from openslot.scheduling.block_actions import BLOCKS, BlockContent
from openslot.scheduling.booking.blocks import BookingsInTheWay
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.zones import local_date
from openslot.storage.collection import ItemPlace, Write
from openslot.web.console.calendar.time_forms import TakenTime, next_hour
from openslot.web.console.calendar.time_page import TimePage
from openslot.web.console.frame.appointments.stranded_lines import stranded_lines
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response

_ANYWAY = "anyway"  # a button of the preview
_FORM = TimePage(lambda words: words.say("Block"), "calendar/block.html", next_hour)


class BlockPage:
    """The form, its preview, and the blocking."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The form.

        Raises:
            NotFound: there is no such branch or resource.
        """
        return await _FORM.show(self._console, request)

    async def block(self, request: ConsoleRequest) -> Response:
        """Blocks the time; where somebody stands in it only once that was seen.

        Raises:
            NotFound: there is no such resource.
        """
        return await _FORM.take(self._console, request, lambda time: self._block(request, time))

    async def _block(self, request: ConsoleRequest, time: TakenTime) -> Response:
        write = _write(request, time)
        try:
            path = await self._console.run_once(
                request, BLOCKS.create, write, lambda _: _calendar(time)
            )
        except BookingsInTheWay as refusal:
            return await self._preview(request, refusal)
        return self._console.see_other(request, path, request.words.say("The time is blocked"))

    async def _preview(self, request: ConsoleRequest, refusal: BookingsInTheWay) -> Response:
        ids = refusal.data["stranded"]
        stranded = await self._console.read(request, stranded_lines, request, ids)
        page = ConsolePage(
            request.words.say("Block"),
            "calendar/block_preview.html",
            {"stranded": stranded},
            FormValues(typed=request.form),
        )
        return self._console.page(request, page)


def _write(request: ConsoleRequest, time: TakenTime) -> Write[Block]:
    return Write(
        place=ItemPlace(owner_id=time.resource_id),
        content=lambda _tx, _item: BlockContent(time.start, time.end, time.reason),
        replay=request.idempotency_key.replay,
        check_unchanged=lambda _tx, _item: None,
        force=request.form.has(_ANYWAY),
    )


def _calendar(time: TakenTime) -> str:
    day = local_date(time.start, time.branch.zone)
    return f"/console/calendar?branch={time.branch.id}&date={day}"
