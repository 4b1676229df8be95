"""Why a page is not shown, in words for the person who asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from openslot.kernel.errors import NotFound, OpenslotError, Throttled, Unavailable
from openslot.storage.damage import DatabaseDamaged
from openslot.web.http.problems import MethodNotAllowed, status_of

_NOT_FOUND = "Page not found"
_SECONDS_PER_MINUTE = 60


@dataclass(eq=False)  # Python sets what it needs on an exception
class PageRefused(Exception):
    """A response that is a page with a sentence on it and nothing to fill in."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)
    begins_again: bool = False  # whether the page has a link to where it began


def foreign_form() -> PageRefused:
    """A form that this server did not give to this browser, or gave it too long ago."""
    return PageRefused(
        403,
        "This form is no longer valid",
        "It is too old, or your browser did not send its cookie. "
        "Your browser must accept cookies from this site.",
        begins_again=True,
    )


def sign_in_over() -> PageRefused:
    """A code that comes too long after the password, or after too many wrong ones."""
    return PageRefused(
        403,
        "Please sign in again",
        "Your sign-in took too long, or there were too many wrong codes.",
        begins_again=True,
    )


def not_a_form() -> PageRefused:
    """A body of another media type."""
    return PageRefused(
        415, "The form cannot be read", "Send it as application/x-www-form-urlencoded."
    )


def no_such_page() -> PageRefused:
    """An address with nothing behind it."""
    return PageRefused(404, _NOT_FOUND, "Check the address, or ask the person who gave it to you.")


def suspended() -> PageRefused:
    """Nobody can use the account at the moment."""
    return PageRefused(
        403, "This account is suspended", "Only the operator of this server can resume it."
    )


def refusal_of(error: OpenslotError) -> PageRefused:
    """What an error of the parts below says to a person."""
    title, detail = error.title, "" if error.detail == error.title else error.detail
    headers = {}
    match error:
        case Throttled():
            title = "Too many attempts"
            detail = f"You can try again in {_duration(error.retry_after_seconds)}."
            headers["Retry-After"] = str(error.retry_after_seconds)
        case DatabaseDamaged():
            title, detail = "Not available", "The operator of this server must repair it first."
        case Unavailable():
            title, detail = "Not available at the moment", "Please try again in a moment."
            headers["Retry-After"] = "1"
        case MethodNotAllowed():
            title, detail = "This page cannot be used like this", ""
            headers["Allow"] = error.allowed
        case NotFound():
            title = _NOT_FOUND
    return PageRefused(status_of(type(error)), title, _sentence(detail), headers)


def _duration(seconds: int) -> str:
    """So many seconds as people say it, never less."""
    if seconds < _SECONDS_PER_MINUTE:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    minutes = ceil(seconds / _SECONDS_PER_MINUTE)
    return f"{minutes} minute{'' if minutes == 1 else 's'}"


def _sentence(detail: str) -> str:
    return detail if not detail or detail.endswith(".") else f"{detail}."
