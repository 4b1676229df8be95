"""The button "Sign out"."""

from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.serving.callers import Callers
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import CONSOLE_SIGN_IN
from openslot.web.page_kit.cookies import SESSION, Cookies


class SignOut:
    """Ends the session of this browser in the console's account."""

    def __init__(self, console: Console, callers: Callers, cookies: Cookies) -> None:
        """Takes what the sign-in pages set."""
        self._console = console
        self._callers = callers
        self._cookies = cookies

    async def sign_out(self, request: ConsoleRequest) -> Response:
        """Leads to the sign-in page."""
        await self._callers.end_session(request.headers, request.account.name)
        gone = self._console.see_other(request, CONSOLE_SIGN_IN)
        cookies = (self._cookies.clear(SESSION, request.account.name), self._callers.forget())
        return Response(gone.status, gone.body, gone.headers, cookies)
