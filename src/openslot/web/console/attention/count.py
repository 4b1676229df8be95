"""`/console/attention/count`: how much waits there, for a page that is already open."""

from openslot.web.console.frame.appointments.attention_count import attention_count
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


class AttentionCount:
    """The number of the navigation alone."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The number, as the navigation shows it."""
        number = await self._console.read(request, attention_count)
        heading = request.words.say("Needs attention")
        page = ConsolePage(heading, "attention/count.html", {"number": number})
        return self._console.page(request, page)
