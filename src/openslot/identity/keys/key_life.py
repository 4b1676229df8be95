"""The life of a pair of signing keys, by time alone: announced, signing, retired, removed.

A pair is published when it is made, a day before it signs, so that everybody who verifies tokens
has it by then. It signs until a younger pair does, and is published until the last token that it
signed has been invalid for a day. Nothing needs to happen at any of these instants: each process
knows from its own clock which pair signs, and a day is more than clocks differ by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from openslot.identity.model.signing_key import Start
from openslot.kernel.clock import Millis

State = Literal["announced", "signing", "retired", "dead"]

DAY_MS = 86_400_000
ANNOUNCED_MS = DAY_MS
SIGNS_MS = 90 * DAY_MS
TOKEN_MS = 3_600_000  # how long an access token lives
PUBLISHED_AFTER_MS = TOKEN_MS + DAY_MS


@dataclass(frozen=True, slots=True)
class Life:
    """The instants of one pair; None: not known before there is a younger one."""

    announced_at: Millis
    signs_from: Millis
    signs_until: Millis | None
    removed_at: Millis | None

    def state(self, now: Millis) -> State:
        """What the pair is there for; `dead`: for nothing any more."""
        if now < self.signs_from:
            return "announced"
        if self.signs_until is None or now < self.signs_until:
            return "signing"
        if self.removed_at is None or now < self.removed_at:
            return "retired"
        return "dead"


def lives(starts: Iterable[Start]) -> Mapping[Start, Life]:
    """The lives of all pairs there are, the oldest first."""
    in_order = sorted(set(starts))
    return {
        start: Life(
            announced_at=start.announced_at,
            signs_from=start.signs_from,
            signs_until=younger.signs_from if younger else None,
            removed_at=younger.signs_from + PUBLISHED_AFTER_MS if younger else None,
        )
        for start, younger in zip_longest(in_order, in_order[1:])
    }


def signing(starts: Iterable[Start], now: Millis) -> Start:
    """The pair that signs now; `starts` names at least one.

    When none has begun by this clock, the one that will be the first signs already: a pair that
    signs at once may have been made by a clock that is ahead.
    """
    in_order = sorted(starts)
    return next((start for start in reversed(in_order) if start.signs_from <= now), in_order[0])


def next_start(starts: Iterable[Start], now: Millis) -> Millis | None:
    """When a pair that is announced will sign; None: there is none."""
    return min((start.signs_from for start in starts if start.signs_from > now), default=None)


def next_announcement(starts: Iterable[Start]) -> Millis:
    """When the pair after the newest is to be announced, so that each signs for 90 days."""
    return max(starts).signs_from + SIGNS_MS - ANNOUNCED_MS


def rotation_due(starts: Iterable[Start], now: Millis) -> bool:
    """Whether a new pair is to be announced."""
    return now >= next_announcement(starts)
