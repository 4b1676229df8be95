"""Why a page is not shown: each refusal is a page too, in words for the person who came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from openslot.kernel.errors import NotFound, OpenslotError, Throttled, Unavailable
from openslot.storage.damage import DatabaseDamaged
from openslot.web.http.problems import BodyTooLarge, MethodNotAllowed, status_of
from openslot.web.http.transport import header
from openslot.web.page_kit.language.vocabulary import Words

_SECONDS_PER_MINUTE = 60


class PageGone(Exception):
    """Nothing is at this address: one and the same page, whatever the reason."""


class ForeignForm(Exception):
    """Another site's page sent the form (Fetch Metadata)."""


class UnreadableForm(Exception):
    """A body that no form of ours has."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


@dataclass(frozen=True)
class Refusal:
    """What the page says instead."""

    status: int
    step: str
    heading: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


def gone(words: Words, *, is_manage: bool) -> Refusal:
    """The page of every address that there is nothing at."""
    if is_manage:
        return Refusal(
            404,
            "gone",
            words.say("This link no longer works"),
            words.say("The appointment may be over, or the link may be incomplete."),
        )
    return Refusal(
        404,
        "gone",
        words.say("This page does not exist"),
        words.say("Check the address, or ask the organisation that gave it to you."),
    )


def refusal_of(error: Exception, words: Words) -> Refusal:
    """What an error of the parts below says to a person."""
    match error:
        case Throttled():
            minutes = ceil(error.retry_after_seconds / _SECONDS_PER_MINUTE)
            detail = words.count(
                "Please try again in a minute.",
                "Please try again in {number} minutes.",
                minutes,
            )
            retry = {"Retry-After": str(error.retry_after_seconds)}
            return Refusal(429, "refused", words.say("Too many requests"), detail, retry)
        case DatabaseDamaged():
            return _unavailable(words, {})
        case Unavailable():
            return _unavailable(words, {"Retry-After": "1"})
        case MethodNotAllowed():
            heading = words.say("This page cannot be used like this")
            return Refusal(405, "refused", heading, "", {"Allow": error.allowed})
        case BodyTooLarge():
            heading = words.say("That is too much text")
            return Refusal(413, "refused", heading, words.say("Go back and write less."))
        case ForeignForm():
            heading = words.say("This form came from another site")
            return Refusal(403, "refused", heading, words.say("Open the page here and try again."))
        case UnreadableForm():
            heading = words.say("The form cannot be read")
            detail = words.say("Go back and try again.")
            return Refusal(error.status, "refused", heading, detail)
        case NotFound() | PageGone():
            return gone(words, is_manage=False)
        case OpenslotError():
            heading = words.say("This did not work")
            detail = words.say("Go back and try again.")
            return Refusal(status_of(type(error)), "refused", heading, detail)
    raise error


def check_not_foreign(headers: list[tuple[bytes, bytes]]) -> None:
    """Passes for a form that no page of another site sent.

    Raises:
        ForeignForm: one did.
    """
    if header(headers, b"sec-fetch-site") == b"cross-site":
        raise ForeignForm


def _unavailable(words: Words, headers: Mapping[str, str]) -> Refusal:
    return Refusal(
        503,
        "refused",
        words.say("Not available at the moment"),
        words.say("Please try again in a moment."),
        headers,
    )
