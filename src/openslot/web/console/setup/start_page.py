"""`/console/start`: the way from an empty account to a first appointment."""

from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.frame.setup_steps import setup_steps
from openslot.web.http.response import Response


class StartPage:
    """The steps, each with what is done and what is next."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        steps = await self._console.read(request, setup_steps, request)
        current = next(place for place, step in enumerate(steps) if not step.is_done)
        values = {"steps": steps, "current": current}
        heading = request.words.say("Set up your account")
        return self._console.page(request, ConsolePage(heading, "setup/start.html", values))
