"""Why a page is not shown, in words for the person who asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)  # Python sets what it needs on an exception
class Refused(Exception):
    """An answer that is a page with a sentence on it and nothing to fill in."""

    status: int
    title: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


def foreign_form() -> Refused:
    """A form that this server did not give to this browser, or gave it long ago."""
    return Refused(
        403,
        "This form is no longer valid",
        "Go back, load the page again, and fill it in once more. "
        "Your browser has to accept cookies of this site.",
    )


def no_such_page() -> Refused:
    """An address with nothing behind it."""
    return Refused(404, "There is nothing here", "Check the address, or ask who gave it to you.")


def suspended() -> Refused:
    """The account takes nobody at the moment."""
    return Refused(
        403, "This account is suspended", "Ask whoever runs this server to resume the account."
    )
