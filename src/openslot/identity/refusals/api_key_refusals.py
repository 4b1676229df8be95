"""Calls with a known API key that does not count: expired, revoked, of a disabled client."""

from openslot.identity.refusals.counting import RefusalCounter, RefusalOrigin, Refusals
from openslot.identity.store import api_keys
from openslot.storage.journal import audit
from openslot.storage.transactions import SystemTx


class ApiKeyRefusals(RefusalCounter):
    """Counts them by API key and address; the key's id says which account it is of."""

    async def _record(self, refused: dict[RefusalOrigin, Refusals]) -> None:
        await self._database.write_system("refused API keys of every account", record_keys, refused)


def record_keys(tx: SystemTx, refused: dict[RefusalOrigin, Refusals]) -> None:
    """One event for each origin; an API key that is gone leaves nothing."""
    known = api_keys.clients_of(tx, [o.identifier for o in refused if o.identifier is not None])
    audit.record_late(
        tx,
        [
            audit.LateAuditEntry(
                *known[origin.identifier][:1],
                "api_key.refused",
                client=known[origin.identifier][1],
                secret_id=origin.identifier,
                address=origin.address,
                request_id=refusals.request_id,
                detail=refusals.detail(),
            )
            for origin, refusals in refused.items()
            if origin.identifier in known
        ],
    )
