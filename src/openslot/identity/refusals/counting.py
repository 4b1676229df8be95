"""Counting refusals by their origin, so that a flood is one event a minute and delays nobody."""

from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openslot.kernel.clock import Millis, instant_text
from openslot.kernel.counted_address import counted_address
from openslot.storage.transactions import Database, DatabaseUnavailable
from openslot.storage.write_behind import WriteBehind

_FLUSH_SECONDS = 60.0
_MOST_ORIGINS = 2000  # a minute; what goes beyond is counted by account alone
_ORIGINS_PER_WRITE = 100  # so that others need not wait for all of them


class RefusalOrigin(NamedTuple):
    """Whose attempts, and from where: their refusals are counted together."""

    account_name: str
    identifier: str | None  # a client id, or the UUID of a user who signs in
    address: str | None


@dataclass(slots=True)
class Refusals:
    """What was refused of one origin since the last event."""

    first_at: Millis
    last_at: Millis
    request_id: str | None  # of the last one
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Refusals") -> None:
        """Counts another origin's refusals here too."""
        self.first_at = min(self.first_at, other.first_at)
        if other.last_at >= self.last_at:
            self.last_at, self.request_id = other.last_at, other.request_id
        self.reasons.update(other.reasons)

    def detail(self) -> dict[str, Any]:
        """What an event of the audit trail tells of them."""
        return {
            "count": self.reasons.total(),
            "reasons": dict(self.reasons),
            "firstAt": instant_text(self.first_at),
            "lastAt": instant_text(self.last_at),
        }


class RefusalCounter(WriteBehind, ABC):
    """Counts refusals and records them every minute while there are any."""

    def __init__(self, database: Database, *, flush_seconds: float = _FLUSH_SECONDS) -> None:
        """Nothing runs until the first refusal."""
        super().__init__(flush_seconds)
        self._database = database
        self._refused: dict[RefusalOrigin, Refusals] = {}

    @property
    def pending(self) -> bool:
        """Whether a refusal is not recorded yet."""
        return bool(self._refused)

    def __len__(self) -> int:
        """How many origins are counted."""
        return len(self._refused)

    def note(self, origin: RefusalOrigin, reason: str, at: Millis, request_id: str | None) -> None:
        """An attempt was refused. Called on the event loop; never waits."""
        if origin.address is not None:
            origin = origin._replace(address=counted_address(origin.address))
        if len(self._refused) >= _MOST_ORIGINS and origin not in self._refused:
            origin = RefusalOrigin(origin.account_name, None, None)
        one = Refusals(at, at, request_id, Counter((reason,)))
        known = self._refused.get(origin)
        if known is not None:
            known.add(one)
        elif len(self._refused) < 2 * _MOST_ORIGINS:  # names of accounts are endless too
            self._refused[origin] = one
        self.begin()

    async def flush(self) -> None:
        """Records what has been counted; goes on to hold it when the database does not answer."""
        refused, self._refused = self._refused, {}
        origins = list(refused)
        for start in range(0, len(origins), _ORIGINS_PER_WRITE):
            some = origins[start : start + _ORIGINS_PER_WRITE]
            try:
                await self._record({origin: refused[origin] for origin in some})
            except BaseException as error:
                for origin in origins[start:]:
                    self._put_back(origin, refused[origin])
                if not isinstance(error, DatabaseUnavailable):
                    raise
                return

    @abstractmethod
    async def _record(self, refused: dict[RefusalOrigin, Refusals]) -> None:
        """Adds events for some origins."""

    def _put_back(self, origin: RefusalOrigin, refusals: Refusals) -> None:
        noted = self._refused.setdefault(origin, refusals)
        if noted is not refusals:
            noted.add(refusals)
