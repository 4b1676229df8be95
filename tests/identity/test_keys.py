"""The signing keys: made once, sealed at rest, published without their private half."""

import asyncio
import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable

import jwt
import pytest
from joserfc import jwk

from openslot.app import App, open_app
from openslot.database import open_database
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.identity.keys.signatures import ES256, RS256, Es256Key, new_key
from openslot.settings import Settings, SettingsError
from openslot.storage.statements import SystemStatement
from openslot.storage.transactions import Database, SystemTx

from .world import on

pytestmark = pytest.mark.anyio

KEYS = SystemStatement("SELECT kid, algorithm, public_jwk, private_sealed FROM signing_keys")
SWAP = SystemStatement("""
    UPDATE signing_keys SET private_sealed =
        (SELECT other.private_sealed FROM signing_keys other WHERE other.kid != signing_keys.kid)
""")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


async def migrated(settings: Settings, url: str) -> Database:
    """A database with tables and nothing in them."""
    database = open_database(on(settings, url))
    await database.migrate()
    return database


async def test_the_pair_stays_the_same(app: App) -> None:
    """Another start reads what the first one made, in the same order."""
    again = await KeyRing.load(app.database, app.purpose_keys)
    assert again.jwks() == app.keys.jwks()
    assert {key.algorithm for key in app.keys.verification_keys.values()} == {ES256, RS256}


async def test_a_wrong_master_key_stops_the_start(app: App) -> None:
    """With a sentence that says what to do."""
    with pytest.raises(SettingsError, match=r"OPENSLOT_MASTER_KEY is not the key.*Set it to"):
        await PurposeKeys.load(app.database, os.urandom(32))
    settings = Settings(
        database_url=app.settings.database_url, master_key=b64encode(os.urandom(32)).decode()
    )
    with pytest.raises(SettingsError, match="OPENSLOT_MASTER_KEY"):
        await open_app(settings)


async def test_keys_cannot_change_places(app: App) -> None:
    """A sealed key opens under its own kid alone."""
    await app.database.write_system("a test", SystemTx.run, SWAP)
    with pytest.raises(SettingsError):
        await KeyRing.load(app.database, app.purpose_keys)


async def test_nothing_private_lies_in_clear_or_is_published(app: App) -> None:
    """Neither in the table nor in the JWK Set."""
    rows = await app.database.read_system("a test", SystemTx.all, KEYS)
    assert len(rows) == 2
    for kid, algorithm, public_jwk, sealed in rows:
        private = app.keys.verification_keys[kid].private_bytes()
        assert private not in sealed
        assert private[-20:] not in sealed
        members = {"kty", "kid", "use", "alg"} | (
            {"crv", "x", "y"} if algorithm == ES256 else {"n", "e"}
        )
        assert json.loads(public_jwk).keys() == members
    assert [json.loads(row[2])["kid"] for row in rows] == [row[0] for row in rows]
    published = sorted((key.keys() for key in app.keys.jwks()["keys"]), key=len)
    assert published == [
        {"kty", "kid", "use", "alg", "n", "e"}, {"kty", "kid", "use", "alg", "crv", "x", "y"},
    ]  # fmt: skip


async def test_a_kid_is_the_rfc_7638_thumbprint(app: App) -> None:
    """As another library computes it."""
    keys = app.keys.jwks()["keys"]
    assert [jwk.import_key(key).thumbprint() for key in keys] == [key["kid"] for key in keys]
    assert len(keys) == 2


@pytest.mark.parametrize("algorithm", [ES256, RS256])
async def test_other_libraries_verify_what_is_signed(app: App, algorithm: str) -> None:
    """PyJWT, with the published key."""
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(app.keys.jwks()).keys}
    for number in range(50):
        token = app.keys.sign(algorithm, {"n": number, "é": "ü"})
        header = jwt.get_unverified_header(token)
        assert header == {"alg": algorithm, "typ": "at+jwt", "kid": header["kid"]}
        assert jwt.decode(token, keys[header["kid"]], [algorithm]) == {"n": number, "é": "ü"}


def test_an_ecdsa_signature_has_one_spelling() -> None:
    """(r, n - s) verifies by the curve, and is refused all the same; so are degenerate ones."""
    key = new_key(ES256)
    assert isinstance(key, Es256Key)
    for data in (b"", b"a", b"b" * 1000):
        signature = key.sign(data)
        r, s = signature[:32], int.from_bytes(signature[32:], "big")
        assert key.verifies(data, signature)
        assert s <= ORDER // 2
        assert not key.verifies(data, r + (ORDER - s).to_bytes(32, "big"))
        assert not key.verifies(data + b"x", signature)
    for wrong in (b"", bytes(64), bytes(63), bytes(65), b"\xff" * 64, bytes(63) + b"\x01",
                  r + bytes(32), bytes(31) + b"\x01" + bytes(31) + b"\x01"):  # fmt: skip
        assert not key.verifies(data, wrong)


def test_a_signature_is_not_shortened() -> None:
    """Not even by a zero in front of s, which is the same number without it."""
    key = new_key(ES256)
    signature = b""
    while signature[32:33] != b"\0":
        data = os.urandom(8)
        signature = key.sign(data)
    assert key.verifies(data, signature)
    assert not key.verifies(data, signature[:32] + signature[33:])


async def test_two_first_starts_at_once_share_one_pair(
    settings: Settings, empty: Callable[[], str]
) -> None:
    """Two connections of one process, both seeing an empty table first."""
    url = empty()
    one = await migrated(settings, url)
    other = open_database(on(settings, url))
    keys = await asyncio.gather(
        PurposeKeys.load(one, settings.master_key_bytes),
        PurposeKeys.load(other, settings.master_key_bytes),
    )
    for purpose in Purpose:
        assert keys[0].of(purpose) == keys[1].of(purpose)
    rings = await asyncio.gather(KeyRing.load(one, keys[0]), KeyRing.load(other, keys[1]))
    assert rings[0].jwks() == rings[1].jwks()
    assert len(rings[0].verification_keys) == 2
    await one.close()
    await other.close()


START = """
import asyncio, json, sys
from openslot.app import open_app
from openslot.settings import Settings

async def start():
    print("ready", flush=True)
    sys.stdin.readline()
    app = await open_app(Settings(database_url=sys.argv[1], master_key=sys.argv[2]))
    print(json.dumps(app.keys.jwks()))
    await app.close()

asyncio.run(start())
"""


@pytest.mark.slow
def test_two_processes_make_one_pair(settings: Settings, empty: Callable[[], str]) -> None:
    """Several rounds of processes that are let go at the same moment."""

    async def prepare(url: str) -> None:
        await (await migrated(settings, url)).close()

    for _ in range(3):
        url = empty()
        asyncio.run(prepare(url))
        arguments = [sys.executable, "-c", START, url, settings.master_key]
        processes = [
            subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        outputs = [process.communicate(timeout=200)[0] for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0]
        assert len(set(outputs)) == 1
        assert len(json.loads(outputs[0])["keys"]) == 2
