"""A page with what is shown once: a secret, a key, an invitation."""

from dataclasses import dataclass

from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response


@dataclass(frozen=True, slots=True)
class ShownOnce:
    """What stands on the page."""

    heading: str
    label: str  # of the secret
    secret: str
    explanation: str
    path: str  # where it goes on
    name: str  # of that place
    other_values: tuple[tuple[str, str], ...] = ()  # what else is needed with it, by label


def shown_once(console: Console, request: ConsoleRequest, shown: ShownOnce) -> Response:
    """The page: the answer to the form that made it, and to nothing else."""
    return console.page(request, ConsolePage(shown.heading, "shown_once.html", {"shown": shown}))


def shown_before(console: Console, request: ConsoleRequest, path: str) -> Response:
    """Where a form leads that is sent again."""
    notice = request.words.say("Already done. It was shown once, after the form was first sent.")
    return console.see_other(request, path, notice)
