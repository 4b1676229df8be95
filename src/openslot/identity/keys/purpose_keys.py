"""The installation's own keys, one for each purpose: random, and sealed under the master key.

So the master key can be replaced: they are sealed again, and what hangs on them stays valid. An
installation from before they were stored derived them from its master key; it keeps those.
"""

import os
from collections.abc import Mapping
from enum import StrEnum

from openslot.identity.keys.master_key import WrongMasterKey, derived_key, seal, unseal
from openslot.identity.store import accounts, purpose_keys, signing_keys
from openslot.settings import SettingsError
from openslot.storage.transactions import Database, SystemTx

WHY = "the keys are the installation's"
_KEY_BYTES = 32
_SEALING = "purpose keys at rest"


class Purpose(StrEnum):
    """What a key is for. The texts are stored, and are those that keys were derived with."""

    SIGNING_KEYS = "signing keys at rest"
    CLIENT_SECRETS = "client secret pepper"
    REFRESH_TOKENS = "refresh tokens"
    SECOND_FACTORS = "second factors at rest"
    SIGN_IN_TICKETS = "passwords shown, codes outstanding"
    FORM_TOKENS = "form tokens"
    WEBHOOK_SECRETS = "webhook secrets at rest"
    PAGE_TOKENS = "tokens of booking pages"
    PAGE_FORMS = "forms of booking pages"
    MAIL_CODES = "codes sent by mail"
    MANAGE_LINKS = "manage links"


class PurposeKeys:
    """The keys in memory."""

    def __init__(self, keys: Mapping[Purpose, bytes]) -> None:
        """`keys` has one of 32 bytes for every purpose."""
        self._keys = keys

    def of(self, purpose: Purpose) -> bytes:
        """The key for a purpose; none of them reveals another."""
        return self._keys[purpose]

    @classmethod
    async def load(cls, database: Database, master_key: bytes) -> "PurposeKeys":
        """Reads the keys; makes those that are not there yet.

        Raises:
            SettingsError: the master key is not the one of this installation.
        """
        sealed = await database.read_system(WHY, purpose_keys.all_keys)
        if not sealed.keys() >= {*Purpose}:
            sealed = await database.write_system(WHY, _add_missing, master_key)
        return cls({purpose: _opened(master_key, purpose, sealed[purpose]) for purpose in Purpose})


def seal_again(tx: SystemTx, old: bytes, new: bytes) -> None:
    """Seals every key under another master key; all of them, or none.

    Raises:
        SettingsError: `old` is not the master key of this installation.
    """
    for purpose, sealed in purpose_keys.all_for_change(tx).items():
        purpose_keys.update(tx, purpose, _sealed(new, purpose, _opened(old, purpose, sealed)))


def _add_missing(tx: SystemTx, master_key: bytes) -> Mapping[str, bytes]:
    """Stores a key for each purpose that has none; returns all of them."""
    stored = purpose_keys.all_for_change(tx)
    # Another process may have been faster; and no purpose that came later was ever derived.
    derives = not stored and _is_from_before(tx, master_key)
    for purpose in Purpose:
        if purpose not in stored:
            key = derived_key(master_key, purpose) if derives else os.urandom(_KEY_BYTES)
            purpose_keys.insert(tx, purpose, _sealed(master_key, purpose, key))
    return purpose_keys.all_keys(tx)


def _is_from_before(tx: SystemTx, master_key: bytes) -> bool:
    """Whether something hangs on keys that were derived from the master key.

    Raises:
        SettingsError: from another one than this.
    """
    for stored in signing_keys.all_keys(tx):
        try:
            unseal(
                derived_key(master_key, Purpose.SIGNING_KEYS),
                stored.private_sealed,
                context=stored.kid,
            )
        except WrongMasterKey as error:
            raise wrong_master_key() from error
    return bool(accounts.page(tx, "", 1) or signing_keys.all_keys(tx))


def _sealed(master_key: bytes, purpose: str, key: bytes) -> bytes:
    return seal(derived_key(master_key, _SEALING), key, context=purpose)


def _opened(master_key: bytes, purpose: str, sealed: bytes) -> bytes:
    try:
        return unseal(derived_key(master_key, _SEALING), sealed, context=purpose)
    except WrongMasterKey as error:
        raise wrong_master_key() from error


def wrong_master_key() -> SettingsError:
    """The refusal of a master key that opens nothing here."""
    return SettingsError(
        "OPENSLOT_MASTER_KEY is not the key that this database's keys were encrypted with. Set it "
        "to the master key of the installation's first start, or of its last `openslot keys "
        "replace-master`; if that one is lost, the signing keys are too"
    )
