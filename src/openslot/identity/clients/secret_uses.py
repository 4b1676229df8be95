"""When each client secret and API key was last used: in memory first, written up to 10 s later.

The first use of one is an event of the audit trail too, since it tells that whoever it was made
for has it.
"""

from collections.abc import Sequence

from openslot.identity.model.client_secret import SecretUse
from openslot.identity.store import last_uses
from openslot.identity.store.last_uses import API_KEYS, CLIENT_SECRETS
from openslot.kernel.clock import Millis, instant_text
from openslot.storage.journal import audit
from openslot.storage.transactions import Database, DatabaseUnavailable, SystemTx
from openslot.storage.write_behind import WriteBehind

__all__ = ["API_KEYS", "CLIENT_SECRETS", "SecretUses", "mark_used"]

_FLUSH_SECONDS = 10.0


class SecretUses(WriteBehind):
    """Notes uses and writes them every 10 s while there are any."""

    def __init__(
        self,
        database: Database,
        table: str = CLIENT_SECRETS,
        *,
        flush_seconds: float = _FLUSH_SECONDS,
    ) -> None:
        """Of `CLIENT_SECRETS` or `API_KEYS`. Nothing runs until the first use."""
        super().__init__(flush_seconds)
        self._database = database
        self._table = table
        self._uses: dict[str, SecretUse] = {}

    @property
    def pending(self) -> bool:
        """Whether a use is not written yet."""
        return bool(self._uses)

    def note(
        self,
        account_id: str,
        client_id: str,
        secret_id: str,
        at: Millis,
        address: str | None = None,
        request_id: str | None = None,
    ) -> None:
        """A secret has let a client in. Called on the event loop; never waits."""
        self._uses[secret_id] = SecretUse(account_id, client_id, secret_id, at, address, request_id)
        self.begin()

    async def flush(self) -> None:
        """Writes what has been noted; goes on to hold it when the database does not answer."""
        uses, self._uses = self._uses, {}
        if not uses:
            return
        try:
            await self._database.write_system(
                "uses of every account's secrets at once",
                mark_used,
                self._table,
                list(uses.values()),
            )
        except BaseException as error:
            self._uses = {**uses, **self._uses}
            if not isinstance(error, DatabaseUnavailable):
                raise


def mark_used(tx: SystemTx, table: str, uses: Sequence[SecretUse]) -> None:
    """Moves last uses forward, and records those that were a secret's first."""
    first = last_uses.first_uses(tx, table, uses)
    if first:
        audit.record_late(tx, [_first_use(table, use) for use in first])
    last_uses.mark_used(tx, table, uses)


def _first_use(table: str, use: SecretUse) -> audit.LateAuditEntry:
    return audit.LateAuditEntry(
        use.account_id,
        "api_key.first_used" if table == API_KEYS else "secret.first_used",
        actor_type="client",
        actor_id=use.client_id,
        client=use.client_id,
        secret_id=use.secret_id,
        address=use.address,
        request_id=use.request_id,
        detail={"usedAt": instant_text(use.at)},
    )
