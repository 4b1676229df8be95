"""The signing keys of the installation, ES256 and RS256 in pairs, cached in memory.

At rest their private halves are sealed under a key that needs the master key. They are read at
start and looked at four times a second; issuing and reading tokens never asks the database.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import structlog

from openslot.identity.keys import jws, key_life
from openslot.identity.keys.master_key import WrongMasterKey, seal, unseal
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.identity.keys.signatures import (
    ES256,
    RS256,
    SignatureKey,
    key_of,
    new_key,
)
from openslot.identity.model.signing_key import SealedKey, StoredKey
from openslot.identity.store import signing_keys
from openslot.kernel.clock import Millis, now_ms
from openslot.settings import SettingsError
from openslot.storage.transactions import Database, SystemTx

Pair = tuple[SealedKey, SealedKey]

WHY = "keys are the installation's"
_LOOK_SECONDS = 0.25  # every process knows of an emergency within a second
_NEVER: Millis = 1 << 62


async def stored_keys(database: Database) -> list[StoredKey]:
    """Every key pair that the database holds, the oldest first."""
    return await database.read_system(WHY, signing_keys.all_keys)


class KeyRing:
    """The keys that sign access tokens, and those that verify them.

    `verification_keys` holds all that are published, by kid. `generation` rises when one of them
    goes: what was verified before is not to be trusted any more.
    """

    def __init__(self, sealing_key: bytes) -> None:
        """An empty ring; `load` makes one that signs."""
        self.verification_keys: Mapping[str, SignatureKey] = MappingProxyType({})
        self.generation = 0
        self._sealing_key = sealing_key
        self._rows: Sequence[StoredKey] = ()
        self._signing: dict[str, tuple[SignatureKey, bytes]] = {}
        self._signs_until: Millis = 0  # when `_signing` must be chosen again
        self._jwks: dict[str, Any] = {"keys": []}

    @classmethod
    async def load(cls, database: Database, keys: PurposeKeys) -> "KeyRing":
        """Reads the keys, and makes them at the first start.

        Raises:
            SettingsError: one of them was sealed under another key.
        """
        ring = cls(keys.of(Purpose.SIGNING_KEYS))
        await ring.refresh(database)
        return ring

    async def refresh(self, database: Database) -> None:
        """Takes over what the database holds now, if that has changed.

        Raises:
            SettingsError: a key was sealed under another master key; nothing is loaded.
            DatabaseUnavailable: likewise.
        """
        rows = await stored_keys(database)
        if not rows:
            rows = await database.write_system(WHY, _store_first_pair, await self.new_pair())
        if rows == self._rows:
            return
        keys = {row.kid: self.verification_keys.get(row.kid) or self._opened(row) for row in rows}
        if not self.verification_keys.keys() <= keys.keys():
            self.generation += 1
        self._rows = rows
        self.verification_keys = MappingProxyType(keys)
        self._jwks = {"keys": [key.public_jwk for key in keys.values()]}
        self._choose(now_ms())

    async def follow(self, database: Database) -> None:
        """Keeps the ring as the database has it, until it is cancelled.

        While the keys cannot be read, those that are there go on to sign.
        """
        log = structlog.get_logger("openslot.keys")
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.refresh(database)
            except Exception as error:  # whatever it is, the next look may succeed
                log.warning("signing keys cannot be read; those in memory stay", cause=repr(error))

    async def new_pair(self) -> Pair:
        """A new pair, sealed as the others and stored nowhere yet."""
        # In a thread: an RSA key takes a tenth of a second.
        return await asyncio.to_thread(
            lambda: (self._sealed(new_key(ES256)), self._sealed(new_key(RS256)))
        )

    def sign(self, algorithm: str, claims: Mapping[str, Any]) -> str:
        """An access token: the claims as a JWS with `typ` `at+jwt`, signed by today's key.

        ES256 takes about 30 µs, RS256 ten times that.
        """
        now = now_ms()
        if now >= self._signs_until:
            self._choose(now)
        key, header = self._signing[algorithm]
        signing_input = header + jws.encoded_json(dict(claims))
        return (signing_input + b"." + jws.base64url(key.sign(signing_input))).decode("ascii")

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK Set (RFC 7517 §5): announced, signing and retired ones."""
        return self._jwks

    def _choose(self, now: Millis) -> None:
        """Sets which keys sign now, and until when they do without another look."""
        starts = {row.start for row in self._rows}
        current = key_life.signing(starts, now)
        # RFC 9068 §2.1: the type tells an access token from any other JWT
        self._signing = {
            row.algorithm: (
                self.verification_keys[row.kid],
                jws.encoded_json({"alg": row.algorithm, "typ": "at+jwt", "kid": row.kid}) + b".",
            )
            for row in self._rows
            if row.start == current
        }
        self._signs_until = key_life.next_start(starts, now) or _NEVER

    def _sealed(self, key: SignatureKey) -> SealedKey:
        return SealedKey(
            kid=key.kid,
            algorithm=key.algorithm,
            public_jwk=json.dumps(key.public_jwk),
            private_sealed=seal(self._sealing_key, key.private_bytes(), context=key.kid),
        )

    def _opened(self, row: StoredKey) -> SignatureKey:
        try:
            # The context ties a private key to its row: keys cannot change places.
            return key_of(unseal(self._sealing_key, row.private_sealed, context=row.kid))
        except WrongMasterKey as error:
            raise SettingsError(
                "A signing key in this database cannot be opened: it was changed by hand, or comes "
                "from another database. Restore a backup"
            ) from error


def _store_first_pair(tx: SystemTx, pair: Pair) -> list[StoredKey]:
    """Stores the pair unless another process has been faster; returns the stored ones."""
    if not signing_keys.all_for_change(tx):
        for key in pair:
            signing_keys.insert(tx, key, signs_from=tx.real_now)
    return signing_keys.all_keys(tx)
