"""A feed: an address at which calendars fetch appointments. Pure."""

from dataclasses import dataclass
from typing import Final

from openslot.kernel.clock import Millis
from openslot.kernel.errors import PreconditionFailed

SERVICE: Final = "service"  # nothing in it is about a person
FULL: Final = "full"  # with the customer's name, phone, mail and notes

DAYS_BEFORE = 30  # today's date at the branch; appointments that start within are in the feed
DAYS_AFTER = 180


class FeedChanged(PreconditionFailed):
    """`If-Match` names another version of the feed (RFC 9110 §13.1.1). Read it again."""

    code = "version_mismatch"
    title = "The feed has changed meanwhile; read it again"


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a feed shows, and in which words."""

    branch_id: str | None  # exactly one of these two
    resource_id: str | None
    detail: str
    language: str  # a locale of the account

    @property
    def part_id(self) -> str:
        """What its appointments are listed under."""
        return self.branch_id or self.resource_id or ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. Its token is known to those alone who were shown it."""

    id: str
    version: int
    content: FeedContent
    created_at: Millis
    last_read_at: Millis | None  # up to a minute late
