"""The signing keys of the installation: one ES256 and one RS256 pair, kept in memory.

At rest their private halves are sealed under a key derived from the master key. They are read
once, at start; issuing and reading tokens never asks the database for them.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from openslot.identity import jws
from openslot.identity.master_key import WrongMasterKey, derived_key, seal, unseal
from openslot.identity.signatures import ES256, RS256, SignatureKey, key_of, new_key
from openslot.identity.store import signing_keys
from openslot.identity.store.signing_keys import SealedKey
from openslot.settings import SettingsError
from openslot.storage.database import Database, SystemTx

_PURPOSE = "signing keys at rest"


class KeyRing:
    """The keys that sign access tokens, and those that verify them."""

    def __init__(self, keys: Sequence[SignatureKey]) -> None:
        """Takes keys in the order they were made; the last of each algorithm signs."""
        self.verification_keys: Mapping[str, SignatureKey] = MappingProxyType(
            {key.kid: key for key in keys}
        )
        # RFC 9068 §2.1: the type tells an access token from any other JWT
        self._signing = {
            key.algorithm: (
                key.sign,
                jws.encoded_json({"alg": key.algorithm, "typ": "at+jwt", "kid": key.kid}) + b".",
            )
            for key in keys
        }
        self._jwks = {"keys": [key.public_jwk for key in keys]}

    @classmethod
    async def load(cls, database: Database, master_key: bytes) -> "KeyRing":
        """Reads the keys, and makes them at the first start.

        Raises:
            SettingsError: the master key is not the one they were sealed under.
        """
        key = derived_key(master_key, _PURPOSE)
        rows = await database.read_system("keys are the installation's", signing_keys.all_keys)
        if not rows:
            # In a thread: an RSA key takes a tenth of a second.
            es256, rs256 = await asyncio.to_thread(
                lambda: (_sealed(new_key(ES256), key), _sealed(new_key(RS256), key))
            )
            rows = await database.write_system(
                "keys are the installation's", _keep_first_pair, es256, rs256
            )
        return cls([_opened(row, key) for row in rows])

    def sign(self, algorithm: str, claims: Mapping[str, Any]) -> str:
        """An access token: the claims as a JWS with `typ` `at+jwt`.

        ES256 takes about 30 µs, RS256 ten times that.
        """
        sign, header = self._signing[algorithm]
        signing_input = header + jws.encoded_json(dict(claims))
        return (signing_input + b"." + jws.base64url(sign(signing_input))).decode("ascii")

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK Set (RFC 7517 §5)."""
        return self._jwks


def _keep_first_pair(tx: SystemTx, es256: SealedKey, rs256: SealedKey) -> list[SealedKey]:
    """Stores the pair unless another process has been faster; returns those that stand."""
    if not signing_keys.all_keys(tx):
        signing_keys.insert(tx, es256)
        signing_keys.insert(tx, rs256)
    return signing_keys.all_keys(tx)


def _sealed(key: SignatureKey, sealing_key: bytes) -> SealedKey:
    return SealedKey(
        kid=key.kid,
        algorithm=key.algorithm,
        public_jwk=json.dumps(key.public_jwk),
        private_sealed=seal(sealing_key, key.private_bytes(), context=key.kid),
    )


def _opened(row: SealedKey, sealing_key: bytes) -> SignatureKey:
    try:
        # The context ties a private key to its row: keys cannot change places.
        return key_of(unseal(sealing_key, row.private_sealed, context=row.kid))
    except WrongMasterKey as error:
        raise SettingsError(
            "OPENSLOT_MASTER_KEY is not the key that the signing keys in this database were "
            "encrypted with. Set it to the master key of the installation's first start; if that "
            "one is lost, the signing keys are too"
        ) from error
