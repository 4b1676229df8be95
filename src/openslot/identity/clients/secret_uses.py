"""When each client secret was last used: in memory first, in the database up to 10 s later.

The first use of a secret is an event of the audit trail too, since it tells that whoever it was
made for has it.
"""

from collections.abc import Sequence

from openslot.identity.model.client_secret import SecretUse
from openslot.identity.store import client_secrets
from openslot.kernel.clock import Millis, instant_text
from openslot.storage.journal import audit
from openslot.storage.transactions import Database, DatabaseUnavailable, SystemTx
from openslot.storage.write_behind import WriteBehind

_FLUSH_SECONDS = 10.0


class SecretUses(WriteBehind):
    """Notes uses and writes them every 10 s while there are any."""

    def __init__(self, database: Database, *, flush_seconds: float = _FLUSH_SECONDS) -> None:
        """Nothing runs until the first use."""
        super().__init__(flush_seconds)
        self._database = database
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
                "uses of every account's secrets at once", mark_used, list(uses.values())
            )
        except BaseException as error:
            self._uses = {**uses, **self._uses}
            if not isinstance(error, DatabaseUnavailable):
                raise


def mark_used(tx: SystemTx, uses: Sequence[SecretUse]) -> None:
    """Moves last uses forward, and records those that were a secret's first."""
    first = client_secrets.first_uses(tx, uses)
    if first:
        audit.record_late(tx, [_first_use(use) for use in first])
    client_secrets.mark_used(tx, uses)


def _first_use(use: SecretUse) -> audit.LateAuditEntry:
    return audit.LateAuditEntry(
        use.account_id,
        "secret.first_used",
        actor_type="client",
        actor_id=use.client_id,
        client=use.client_id,
        secret_id=use.secret_id,
        address=use.address,
        request_id=use.request_id,
        detail={"usedAt": instant_text(use.at)},
    )
