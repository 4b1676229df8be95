"""Counting refusals by their origin, so that a flood is one event a minute and delays nobody.

The first refusal of an origin is recorded within seconds: whoever watches the trail sees an attack
begin. Those that follow are counted together until a minute after the last event.
"""

import time
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from openslot.kernel.clock import Millis, instant_text
from openslot.kernel.counted_address import counted_address
from openslot.storage.transactions import Database, DatabaseUnavailable
from openslot.storage.write_behind import WriteBehind

_FIRST_SECONDS = 3.0  # so that an event stands there within five, however busy the database is
_TOGETHER_SECONDS = 60.0
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


@dataclass(slots=True)
class _Window:
    """An origin in the minute after its last event; before its first, one that is due at once."""

    due_at: float = 0.0  # seconds of the monotonic clock
    refusals: Refusals | None = None  # since the last event

    def add(self, refusals: Refusals) -> None:
        if self.refusals is None:
            self.refusals = refusals
        else:
            self.refusals.add(refusals)


class RefusalCounter(WriteBehind, ABC):
    """Counts refusals and records them: the first of an origin soon, then once a minute."""

    def __init__(
        self,
        database: Database,
        *,
        first_seconds: float = _FIRST_SECONDS,
        together_seconds: float = _TOGETHER_SECONDS,
    ) -> None:
        """Nothing runs until the first refusal."""
        super().__init__(first_seconds)
        self._database = database
        self._together_seconds = together_seconds
        self._windows: dict[RefusalOrigin, _Window] = {}

    @property
    def pending(self) -> bool:
        """Whether a refusal is not recorded yet, or the minute of one that is has not passed."""
        return bool(self._windows)

    def __len__(self) -> int:
        """How many origins are counted."""
        return len(self._windows)

    def note(self, origin: RefusalOrigin, reason: str, at: Millis, request_id: str | None) -> None:
        """An attempt was refused. Called on the event loop; never waits."""
        if origin.address is not None:
            origin = origin._replace(address=counted_address(origin.address))
        if len(self._windows) >= _MOST_ORIGINS and origin not in self._windows:
            origin = RefusalOrigin(origin.account_name, None, None)
        window = self._windows.get(origin)
        if window is None and len(self._windows) < 2 * _MOST_ORIGINS:
            window = self._windows[origin] = _Window()
        if window is not None:  # names of accounts are endless too
            window.add(Refusals(at, at, request_id, Counter((reason,))))
        self.begin()

    async def flush(self) -> None:
        """Records what has been counted; goes on to hold it when the database does not answer."""
        await self._record_those([o for o, w in self._windows.items() if w.refusals is not None])

    async def flush_due(self) -> None:
        """The same, for origins whose minute has passed, or that had no event in the last one."""
        now = time.monotonic()
        due = {origin: window for origin, window in self._windows.items() if window.due_at <= now}
        for origin, window in due.items():
            if window.refusals is None:
                del self._windows[origin]
        await self._record_those([o for o, w in due.items() if w.refusals is not None])

    async def _record_those(self, origins: list[RefusalOrigin]) -> None:
        for start in range(0, len(origins), _ORIGINS_PER_WRITE):
            taken = self._take(origins[start : start + _ORIGINS_PER_WRITE])
            try:
                await self._record(taken)
            except BaseException as error:
                for origin, refusals in taken.items():
                    window = self._windows.setdefault(origin, _Window())
                    window.add(refusals)
                    window.due_at = 0.0
                if not isinstance(error, DatabaseUnavailable):
                    raise
                return

    def _take(self, origins: list[RefusalOrigin]) -> dict[RefusalOrigin, Refusals]:
        """Their refusals, to be recorded now; what comes meanwhile waits for the next time."""
        taken = {}
        for origin in origins:
            window = self._windows[origin]
            if window.refusals is not None:
                taken[origin], window.refusals = window.refusals, None
                window.due_at = time.monotonic() + self._together_seconds
        return taken

    @abstractmethod
    async def _record(self, refused: dict[RefusalOrigin, Refusals]) -> None:
        """Adds events for some origins."""
