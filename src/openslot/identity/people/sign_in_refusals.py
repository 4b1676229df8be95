"""Sign-ins that were refused, for the audit trail: counted first, recorded a minute later.

Only users that an account has are named, by their UUID: what else was typed as an e-mail address
may be a password in the wrong place, and is personal data in any case.
"""

from openslot.identity.store import accounts
from openslot.identity.tokens.token_refusals import Place, Refusals, TokenRefusals
from openslot.kernel.clock import instant_text
from openslot.storage.journal import audit
from openslot.storage.transactions import SystemTx


class SignInRefusals(TokenRefusals):
    """Counts refusals by account, user and address, as those of token requests are."""

    async def _record(self, refused: dict[Place, Refusals]) -> None:
        await self._database.write_system(
            "refused sign-ins of every account", record_sign_ins, refused
        )


def record_sign_ins(tx: SystemTx, refused: dict[Place, Refusals]) -> None:
    """One event for each place; places of no account leave nothing."""
    names = {place.account_name for place in refused}
    found = {name: account for name in names if (account := accounts.by_name(tx, name))}
    audit.record_late(
        tx,
        [
            _event(found[place.account_name].id, place, refusals)
            for place, refusals in refused.items()
            if place.account_name in found
        ],
    )


def _event(account_id: str, place: Place, refusals: Refusals) -> audit.LateAuditEntry:
    named = {} if place.client_id is None else {"user": place.client_id}
    return audit.LateAuditEntry(
        account_id,
        "user.sign_in_refused",
        address=place.address,
        request_id=refusals.request_id,
        detail={
            **named,
            "count": refusals.reasons.total(),
            "reasons": dict(refusals.reasons),
            "firstAt": instant_text(refusals.first_at),
            "lastAt": instant_text(refusals.last_at),
        },
    )
