"""The kinds of refusal. Each real error is a subclass, next to the rule that raises it.

A kind decides the HTTP status (`web.http.problems` has the one table); a class adds a stable
`code`, a sentence for people (`detail`) and members for machines (`data`).
"""

from dataclasses import dataclass
from typing import Any, ClassVar


class OpenslotError(Exception):
    """Something the caller can understand and, mostly, change."""

    code: ClassVar[str]
    title: ClassVar[str]

    def __init__(self, detail: str = "", **data: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.data = data


class Unreadable(OpenslotError):
    """The request cannot be read at all."""

    code = "unreadable"
    title = "The request cannot be read"


class Unauthenticated(OpenslotError):
    """The caller is unknown."""

    code = "unauthenticated"
    title = "No valid credentials"


class Forbidden(OpenslotError):
    """The caller is known, and may not do this."""

    code = "forbidden"
    title = "Not allowed"


class NotFound(OpenslotError):
    """Absent, inactive, or another account's: the caller cannot tell which."""

    code = "not_found"
    title = "There is no such thing here"


class Conflict(OpenslotError):
    """It cannot be done in the present state."""

    code = "conflict"
    title = "Not possible in the present state"


class Gone(OpenslotError):
    """It was here and has ended."""

    code = "gone"
    title = "It has ended"


class PreconditionFailed(OpenslotError):
    """`If-Match` names another version (RFC 9110 §13.1.1)."""

    code = "precondition_failed"
    title = "It has changed meanwhile"


class Throttled(OpenslotError):
    """Too much at the moment; `Retry-After` says for how long."""

    code = "rate_limited"
    title = "Too many requests"

    def __init__(self, detail: str = "", *, retry_after_seconds: int, **data: Any) -> None:
        super().__init__(detail, **data)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(OpenslotError):
    """Not at the moment, through no fault of the caller."""

    code = "unavailable"
    title = "Not available at the moment"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one value: where, which rule, in words.

    `field` is a name that every interface can map, dotted where it lies deeper (`party`,
    `customer.email`, `answers.2.id`); of a document that was given, its pointer (RFC 6901); ""
    for the whole.
    """

    field: str
    code: str
    detail: str


class Invalid(OpenslotError):
    """Readable, but with values that cannot be taken; says all faults at once."""

    code = "invalid_request"
    title = "Some values cannot be taken"

    def __init__(self, *faults: Fault, **data: Any) -> None:
        super().__init__(faults[0].detail if len(faults) == 1 else "", **data)
        self.faults = faults


class InvalidValue(Invalid):
    """A refusal with a code of its own about one value; subclasses set `code` and `title`."""

    def __init__(self, field: str, detail: str = "", **data: Any) -> None:
        super().__init__(Fault(field, self.code, detail or self.title), **data)
