"""`/console/setup`: everything that can be set up."""

from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.language.vocabulary import Words


class IndexPage:
    """Links, each with a line that says what is behind it."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        values = {"parts": _parts(request.words)}
        heading = request.words.say("Set-up")
        return self._console.page(request, ConsolePage(heading, "setup/index.html", values))


def _parts(words: Words) -> list[tuple[str, str, str]]:
    """Path below the set-up, name, and what it is for."""
    return [
        ("account", words.say("Account"), words.say("Name, languages, how long data stays")),
        ("branches", words.say("Branches"), words.say("Places, their hours and holidays")),
        ("service-groups", words.say("Service groups"), words.say("Headings of services")),
        ("services", words.say("Services"), words.say("What can be booked, and how long it takes")),
        ("resources", words.say("Resources"), words.say("Who or what serves")),
        (
            "service-combinations",
            words.say("Service combinations"),
            words.say("Services that are booked together"),
        ),
        (
            "customer-fields",
            words.say("Customer fields"),
            words.say("What people say of themselves"),
        ),
        ("booking-page", words.say("Booking page"), words.say("Where the public books")),
        ("messages", words.say("Messages"), words.say("What people are written")),
        ("reminders", words.say("Reminders"), words.say("When people are reminded")),
        ("feeds", words.say("Calendar feeds"), words.say("Appointments in other calendars")),
        ("account-file", words.say("Account file"), words.say("All of it as text")),
    ]
