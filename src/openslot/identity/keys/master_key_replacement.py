"""Another master key for an installation: what it seals is sealed again, nothing else changes."""

from openslot.identity.keys.purpose_keys import WHY, PurposeKeys, seal_again
from openslot.identity.store import accounts
from openslot.storage.journal import audit
from openslot.storage.journal.audit import OPERATOR, LateAuditEntry
from openslot.storage.transactions import Database, SystemTx


async def replace_master_key(database: Database, old: bytes, new: bytes) -> None:
    """Seals the installation's keys under `new`, in one transaction. The operator does.

    Raises:
        SettingsError: `old` is not the master key of this installation; nothing was changed.
    """
    await PurposeKeys.load(database, old)  # they are made, where no version has stored them yet
    await database.write_system(WHY, _replace, old, new)


def _replace(tx: SystemTx, old: bytes, new: bytes) -> None:
    seal_again(tx, old, new)
    audit.record_late(
        tx,
        [
            LateAuditEntry(
                account.id,
                "keys.master_replaced",
                actor_type=OPERATOR,
                actor_id=OPERATOR,
                detail={},
            )
            for account in accounts.all_accounts(tx)
        ],
    )
