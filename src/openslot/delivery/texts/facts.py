"""What a message can tell of an appointment, and what texts may call it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from openslot.delivery.model.message_kinds import MOVED
from openslot.delivery.texts.local_times import local_date, local_time
from openslot.kernel.clock import Minute

_OF_EVERY_KIND = frozenset(
    {
        *("account", "branch", "address", "service", "resources", "date", "time", "endTime"),
        *("party", "firstName", "lastName", "reference", "manageUrl"),
    }
)
_OF_MOVED = frozenset({"previousDate", "previousTime"})


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """An appointment and its customer, with the names of the catalogue in `locale`.

    `locale` is what `locale_of_text` chose. What is not known or not given is "".
    """

    locale: str
    zone: ZoneInfo  # of the branch
    start: Minute
    end: Minute
    previous_start: Minute | None  # of `moved`: where the customer believes it to be
    party: int
    account: str
    sender_name: str
    branch: str
    address: str  # in one line
    service: str
    resources: Sequence[str]
    first_name: str
    last_name: str
    reference: str
    manage_url: str  # the customer's own link; "": there is none


class ReadableNames(list[str]):
    """Names that a text may go through, or show as they are: with commas between them."""

    def __str__(self) -> str:
        """As people write them."""
        return ", ".join(self)


def variable_names(kind: str) -> frozenset[str]:
    """The names that a text of a kind may use."""
    return _OF_EVERY_KIND | (_OF_MOVED if kind == MOVED else frozenset())


def variables(kind: str, facts: MessageFacts) -> dict[str, Any]:
    """The values of `variable_names`, as the customer is to read them."""
    times = {
        "date": local_date(facts.start, facts.zone, facts.locale),
        "time": local_time(facts.start, facts.zone, facts.locale),
        "endTime": local_time(facts.end, facts.zone, facts.locale),
    }
    if kind == MOVED:
        before = facts.start if facts.previous_start is None else facts.previous_start
        times["previousDate"] = local_date(before, facts.zone, facts.locale)
        times["previousTime"] = local_time(before, facts.zone, facts.locale)
    return {
        "account": facts.account,
        "branch": facts.branch,
        "address": facts.address,
        "service": facts.service,
        "resources": ReadableNames(facts.resources),
        "party": facts.party,
        "firstName": facts.first_name,
        "lastName": facts.last_name,
        "reference": facts.reference,
        "manageUrl": facts.manage_url,
        **times,
    }
