"""`/console`: leads to the day, or to setting up where there is nothing yet."""

from openslot.kernel.scopes import ADMIN_WRITE
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.http.response import Response


class Home:
    """Where somebody who has just signed in begins."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """303."""
        if request.may(ADMIN_WRITE) and not await self._console.read(request, _has_branch):
            return self._console.see_other(request, "/console/start")
        return self._console.see_other(request, "/console/today")


def _has_branch(tx: AccountTx) -> bool:
    return bool(current_catalogue(tx).branches)
