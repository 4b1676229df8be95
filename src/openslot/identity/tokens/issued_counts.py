"""How many access tokens each client got a day: in memory first, in the database 10 s later.

A token costs an addition. What a process that is killed has counted last is lost.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

from openslot.identity.clients import clients
from openslot.identity.store import issued_tokens
from openslot.identity.store.issued_tokens import IssuedKey
from openslot.kernel.clock import MINUTE_MS, MINUTES_PER_DAY, Millis
from openslot.storage.transactions import AccountTx, Database, DatabaseUnavailable, SystemTx
from openslot.storage.write_behind import WriteBehind

_FLUSH_SECONDS = 10.0
_DAY_MS = MINUTES_PER_DAY * MINUTE_MS
_STORED_DAYS = 400
_BEGIN = date(1970, 1, 1)


class IssuedCounts(WriteBehind):
    """Counts tokens and writes the counts every 10 s while there are any."""

    def __init__(self, database: Database, *, flush_seconds: float = _FLUSH_SECONDS) -> None:
        """Nothing runs until the first token."""
        super().__init__(flush_seconds)
        self._database = database
        self._counts: Counter[IssuedKey] = Counter()

    @property
    def pending(self) -> bool:
        """Whether a count is not written yet."""
        return bool(self._counts)

    def note(self, account_id: str, client_id: str, at: Millis) -> None:
        """A client got a token. Called on the event loop; never waits."""
        self._counts[account_id, client_id, at // _DAY_MS] += 1
        self.begin()

    async def flush(self) -> None:
        """Writes what was counted; goes on to hold it when the database does not answer."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            await self._database.write_system("tokens of every account's clients", _add, counts)
        except BaseException as error:
            self._counts += counts
            if not isinstance(error, DatabaseUnavailable):
                raise


def per_day(tx: AccountTx, row_id: str, first: date | None, last: date | None) -> dict[date, int]:
    """How many tokens a client got on each UTC date of a range; dates without any are left out.

    By default the last 30 dates. Counts are kept for 400 days.

    Raises:
        NotFound: the account has no such client.
    """
    client = clients.by_id(tx, row_id)
    today = tx.real_now // _DAY_MS
    last_day = today if last is None else (last - _BEGIN).days
    first_day = last_day - 29 if first is None else (first - _BEGIN).days
    found = issued_tokens.of_client(
        tx, client.client_id, max(first_day, today - _STORED_DAYS), last_day
    )
    return {_BEGIN + timedelta(days=day): issued for day, issued in found}


def _add(tx: SystemTx, counts: Mapping[IssuedKey, int]) -> None:
    issued_tokens.add(tx, counts)
    issued_tokens.delete_old(tx, tx.real_now // _DAY_MS - _STORED_DAYS)
