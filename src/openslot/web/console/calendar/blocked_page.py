"""`/console/blocks/{id}`: a block that is there, and the button that gives its time back."""

from openslot.kernel.errors import NotFound
from openslot.scheduling.block_actions import BLOCKS, FIND_BLOCK
from openslot.scheduling.model.block import Block
from openslot.scheduling.model.zones import local_date
from openslot.storage.collection import ItemPlace, Write
from openslot.storage.transactions import AccountTx
from openslot.web.api.localized_catalogue import LocalizedCatalogue, localized_catalogue
from openslot.web.console.frame.account_items.item_acts import item_id
from openslot.web.console.frame.account_items.latest_act import led_back, of_part
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


class BlockedPage:
    """One block."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """What it takes, and why.

        Raises:
            NotFound: there is no such block.
        """
        block, localized = await self._found(request)
        zone = localized.catalogue.branches[block.branch_id].zone
        values = {
            "resource": localized.resources[block.resource_id].name,
            "begins": request.formats.day_and_time(block.start, zone),
            "ends": request.formats.day_and_time(block.end, zone),
            "reason": block.reason,
            "calendar": request.link(_calendar(block, localized)),
        }
        page = ConsolePage(request.words.say("Block"), "calendar/blocked.html", values)
        return self._console.page(request, page)

    async def remove(self, request: ConsoleRequest) -> Response:
        """Gives the time back; somebody else may have done so meanwhile."""
        try:
            block, localized = await self._found(request)
            await self._console.run(request, BLOCKS.delete, _deletion(block))
        except NotFound:
            gone = of_part("blockId", item_id(request))
            return await led_back(self._console, request, "/console/calendar", gone)
        path, done = _calendar(block, localized), request.words.say("The block is removed")
        return self._console.see_other(request, path, done)

    async def _found(self, request: ConsoleRequest) -> tuple[Block, LocalizedCatalogue]:
        def localized(tx: AccountTx, block: Block) -> tuple[Block, LocalizedCatalogue]:
            return block, localized_catalogue(tx, request.language)

        return await self._console.run_and(request, FIND_BLOCK, item_id(request), localized)


def _deletion(block: Block) -> Write[Block]:
    return Write(
        place=ItemPlace(owner_id=block.resource_id, item_id=block.id),
        content=lambda _tx, _item: None,
        replay=lambda _tx: None,
        check_unchanged=lambda _tx, _item: None,
    )


def _calendar(block: Block, localized: LocalizedCatalogue) -> str:
    day = local_date(block.start, localized.catalogue.branches[block.branch_id].zone)
    return f"/console/calendar?branch={block.branch_id}&date={day}"
