"""Sign-ins that were refused.

Only users that an account has are named, by their UUID: what else was typed as an e-mail address
may be a password in the wrong origin, and is personal data in any case.
"""

from openslot.identity.refusals.counting import RefusalCounter, RefusalOrigin, Refusals
from openslot.identity.store import accounts
from openslot.storage.journal import audit
from openslot.storage.transactions import SystemTx


class SignInRefusals(RefusalCounter):
    """Counts them by account, user and address."""

    async def _record(self, refused: dict[RefusalOrigin, Refusals]) -> None:
        await self._database.write_system(
            "refused sign-ins of every account", record_sign_ins, refused
        )


def record_sign_ins(tx: SystemTx, refused: dict[RefusalOrigin, Refusals]) -> None:
    """One event for each origin; origins in no account leave nothing."""
    names = {origin.account_name for origin in refused}
    found = {name: account for name in names if (account := accounts.by_name(tx, name))}
    audit.record_late(
        tx,
        [
            _event(found[origin.account_name].id, origin, refusals)
            for origin, refusals in refused.items()
            if origin.account_name in found
        ],
    )


def _event(account_id: str, origin: RefusalOrigin, refusals: Refusals) -> audit.LateAuditEntry:
    named = {} if origin.identifier is None else {"user": origin.identifier}
    return audit.LateAuditEntry(
        account_id,
        "user.sign_in_refused",
        address=origin.address,
        request_id=refusals.request_id,
        detail={**named, **refusals.detail()},
    )
