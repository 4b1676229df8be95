"""Token requests that were refused, for the audit trail: counted first, recorded a minute later.

A flood of them is one event a minute for each client and address, and takes no token's time.
Only accounts that exist have a trail, and only clients that they have are named in it: what else
was sent as a client id may be a secret in the wrong place.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from openslot.identity.store import credentials
from openslot.identity.write_behind import WriteBehind
from openslot.kernel.clock import Millis, instant_text
from openslot.storage.journal import audit
from openslot.storage.transactions import Database, DatabaseUnavailable, SystemTx

_FLUSH_SECONDS = 60.0
_MOST_PLACES = 2000  # a minute; what goes beyond is counted by account alone
_PLACES_A_WRITE = 100  # so that others need not wait for all of them


class Place(NamedTuple):
    """Where refusals are counted together."""

    account_name: str
    client_id: str | None  # of a sign-in the user's UUID
    address: str | None


@dataclass(slots=True)
class Refusals:
    """What was refused at a place since the last event."""

    first_at: Millis
    last_at: Millis
    request_id: str | None  # of the last one
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Refusals") -> None:
        """Counts another place's refusals here too."""
        self.first_at = min(self.first_at, other.first_at)
        if other.last_at >= self.last_at:
            self.last_at, self.request_id = other.last_at, other.request_id
        self.reasons.update(other.reasons)


class TokenRefusals(WriteBehind):
    """Counts refusals and records them every minute while there are any."""

    def __init__(self, database: Database, *, flush_seconds: float = _FLUSH_SECONDS) -> None:
        """Nothing runs until the first refusal."""
        super().__init__(flush_seconds)
        self._database = database
        self._refused: dict[Place, Refusals] = {}

    @property
    def pending(self) -> bool:
        """Whether a refusal is not recorded yet."""
        return bool(self._refused)

    def __len__(self) -> int:
        """How many places are remembered."""
        return len(self._refused)

    def note(self, place: Place, reason: str, at: Millis, request_id: str | None) -> None:
        """A request was refused. Called on the event loop; never waits."""
        if len(self._refused) >= _MOST_PLACES and place not in self._refused:
            place = Place(place.account_name, None, None)
        one = Refusals(at, at, request_id, Counter((reason,)))
        known = self._refused.get(place)
        if known is not None:
            known.add(one)
        elif len(self._refused) < 2 * _MOST_PLACES:  # names of accounts are endless too
            self._refused[place] = one
        self.begin()

    async def flush(self) -> None:
        """Records what has been counted; keeps it when the database does not answer."""
        refused, self._refused = self._refused, {}
        places = list(refused)
        for start in range(0, len(places), _PLACES_A_WRITE):
            some = places[start : start + _PLACES_A_WRITE]
            try:
                await self._record({place: refused[place] for place in some})
            except BaseException as error:
                for place in places[start:]:
                    self._keep(place, refused[place])
                if not isinstance(error, DatabaseUnavailable):
                    raise
                return

    async def _record(self, refused: dict[Place, Refusals]) -> None:
        await self._database.write_system(
            "refused token requests of every account", record, refused
        )

    def _keep(self, place: Place, refusals: Refusals) -> None:
        noted = self._refused.setdefault(place, refusals)
        if noted is not refusals:
            noted.add(refusals)


def record(tx: SystemTx, refused: dict[Place, Refusals]) -> None:
    """One event for each client and address; places of no account leave nothing."""
    known = credentials.known(tx, [(p.account_name, p.client_id) for p in refused])
    events: dict[tuple[str, str | None, str | None], Refusals] = {}
    for place, refusals in refused.items():
        found = known.get((place.account_name, place.client_id))
        if found is None:
            continue
        account_id, client_id = found
        event = events.setdefault(
            (account_id, client_id, place.address),
            Refusals(refusals.first_at, refusals.last_at, refusals.request_id),
        )
        event.add(refusals)
    audit.record_late(tx, [_event(*about, refusals) for about, refusals in events.items()])


def _event(
    account_id: str, client_id: str | None, address: str | None, refusals: Refusals
) -> audit.LateAuditEntry:
    return audit.LateAuditEntry(
        account_id,
        "token.refused",
        client=client_id,
        address=address,
        request_id=refusals.request_id,
        detail={
            "count": refusals.reasons.total(),
            "reasons": dict(refusals.reasons),
            "firstAt": instant_text(refusals.first_at),
            "lastAt": instant_text(refusals.last_at),
        },
    )
