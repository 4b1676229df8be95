"""Token requests that were refused.

Only accounts that exist have a trail, and only clients that they have are named in it: what else
was sent as a client id may be a secret in the wrong place.
"""

from openslot.identity.refusals.counting import RefusalCounter, RefusalOrigin, Refusals
from openslot.identity.store import credentials
from openslot.storage.journal import audit
from openslot.storage.transactions import SystemTx


class TokenRefusals(RefusalCounter):
    """Counts them by account, client and address."""

    async def _record(self, refused: dict[RefusalOrigin, Refusals]) -> None:
        await self._database.write_system(
            "refused token requests of every account", record_token_requests, refused
        )


def record_token_requests(tx: SystemTx, refused: dict[RefusalOrigin, Refusals]) -> None:
    """One event for each client and address; origins in no account leave nothing."""
    known = credentials.known(tx, [(origin.account_name, origin.identifier) for origin in refused])
    events: dict[tuple[str, str | None, str | None], Refusals] = {}
    for origin, refusals in refused.items():
        found = known.get((origin.account_name, origin.identifier))
        if found is None:
            continue
        account_id, client_id = found
        event = events.setdefault(
            (account_id, client_id, origin.address),
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
        detail=refusals.detail(),
    )
