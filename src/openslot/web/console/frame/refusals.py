"""Why a page of the console is not shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from openslot.kernel.errors import (
    Forbidden,
    NotFound,
    OpenslotError,
    PreconditionFailed,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from openslot.web.http.problems import BodyTooLarge, MethodNotAllowed, RequestTimeout, status_of
from openslot.web.page_kit.language.vocabulary import Words
from openslot.web.page_kit.refusals import PageRefused

_SECONDS_PER_MINUTE = 60


class SignedOut(Unauthenticated):
    """The session has ended: sign in again."""

    code = "signed_out"
    title = "The session has ended"


class FormNotRead(OpenslotError):
    """The body is no form in UTF-8."""

    code = "unreadable_form"
    title = "The form cannot be read"


@dataclass(frozen=True)
class RefusalText:
    """A page with a heading and a sentence."""

    status: int
    heading: str
    detail: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal_of(error: Exception, words: Words) -> RefusalText | None:
    """What an error says to a person; None: it is a fault of the program."""
    match error:
        case PageRefused():
            return RefusalText(
                error.status,
                words.say("This form is no longer valid"),
                words.say("Open the page again and send the form from there."),
            )
        case NotFound():
            return RefusalText(
                404,
                words.say("Page not found"),
                words.say("It does not exist, or no longer."),
            )
        case Forbidden():
            return RefusalText(
                403,
                words.say("Your role does not allow this"),
                words.say("An administrator can give you another role."),
            )
        case Throttled():
            minutes = ceil(error.retry_after_seconds / _SECONDS_PER_MINUTE)
            detail = words.count(
                "You can try again in a minute.", "You can try again in {number} minutes.", minutes
            )
            retry = {"Retry-After": str(error.retry_after_seconds)}
            return RefusalText(429, words.say("Too many attempts"), detail, retry)
        case Unavailable() | RequestTimeout():
            return RefusalText(
                503,
                words.say("Not available at the moment"),
                words.say("Please try again in a moment. Nothing was changed."),
                {"Retry-After": "1"},
            )
        case MethodNotAllowed():
            heading = words.say("This page cannot be used like this")
            return RefusalText(405, heading, "", {"Allow": error.allowed})
        case BodyTooLarge():
            heading = words.say("That is too much text")
            return RefusalText(413, heading, words.say("Go back and write less."))
        case FormNotRead():
            return RefusalText(
                400, words.say("The form cannot be read"), words.say("Go back and try again.")
            )
        case PreconditionFailed():
            return RefusalText(
                412,
                words.say("It has changed meanwhile"),
                words.say("Open the page again to see what is true now."),
            )
        case OpenslotError():
            return RefusalText(status_of(type(error)), words.say("This did not work"), error.detail)
    return None
