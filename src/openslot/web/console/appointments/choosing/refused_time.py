"""A time that is refused: which rule, what takes it, and which free times are the nearest."""

from collections.abc import Sequence
from dataclasses import dataclass

from openslot.kernel.clock import Minute
from openslot.scheduling.availability.availability import (
    BLOCKED,
    CAPACITY,
    CLOSED,
    HELD,
    HORIZON,
    NOT_OFFERED,
    NOTICE,
    OFF_GRID,
    TAKEN,
)
from openslot.scheduling.availability.slot_query import SlotQuery
from openslot.scheduling.views import free_starts
from openslot.scheduling.views.obstacles import Obstacle, obstacles
from openslot.storage.transactions import AccountTx
from openslot.web.console.appointments.appointment_facts import AppointmentFacts
from openslot.web.console.appointments.choosing.time_choices import OFFERED
from openslot.web.console.frame.appointments.appointment_states import person_name
from openslot.web.page_kit.language.vocabulary import Words

_OF_CLAIMS = (HELD, BLOCKED, CAPACITY, TAKEN)


@dataclass(frozen=True, slots=True)
class RefusedTime:
    """What a page says of a time that cannot be had."""

    start: Minute
    rule: str
    taken_by: Sequence[str]
    nearest: Sequence[Minute]


class TimeRefusals:
    """Says why times are refused, in one language."""

    def __init__(self, words: Words, facts: AppointmentFacts) -> None:
        """`facts` says what is in the way."""
        self._words = words
        self._facts = facts

    def of_time(self, tx: AccountTx, query: SlotQuery, start: Minute, reason: str) -> RefusedTime:
        """Looks for what is in the way of a start, and for what is free."""
        found = obstacles(tx, query, start) if reason in _OF_CLAIMS else []
        return RefusedTime(
            start,
            _rule_words(self._words)[reason],
            [self._obstacle(query.branch.id, one) for one in found],
            free_starts.nearest(tx, query, start, OFFERED),
        )

    def _obstacle(self, branch_id: str, one: Obstacle) -> str:
        """`10:00 to 10:30, Passport, Anna Jansen`, or `Block: training`."""
        if one.block is not None:
            reason = one.block.reason
            return self._words.say("Block: {reason}", reason=reason) if reason else self._block()
        time = self._facts.from_to(branch_id, one.start, one.end)
        if one.appointment is None:
            return f"{time}, {self._words.say('being booked at the moment')}"
        services = self._facts.services(one.appointment.placement)
        return ", ".join([time, services, person_name(self._words, one.appointment)])

    def _block(self) -> str:
        return self._words.say("Block")


def _rule_words(words: Words) -> dict[str, str]:
    return {
        NOT_OFFERED: words.say("The branch does not offer this"),
        HORIZON: words.say("The time is further ahead than this can be booked"),
        NOTICE: words.say("The time is past, or too soon to be booked"),
        CLOSED: words.say("The time is outside opening hours"),
        OFF_GRID: words.say("Appointments do not begin at this time"),
        HELD: words.say("Somebody is booking this time at the moment"),
        BLOCKED: words.say("The time is blocked"),
        CAPACITY: words.say("There are not enough places left at this time"),
        TAKEN: words.say("The time is taken"),
    }
