"""What came of an attempt to hand over a message."""

from typing import NamedTuple

from openslot.delivery.model.outcome import Result


class SendOutcome(NamedTuple):
    """The result, in the words of the other side."""

    result: Result
    detail: str | None = None
    retry_after_seconds: float | None = None
    unreachable: bool = False  # nobody was there: the others need not try at the same time
