"""`openslot keys replace-master`: everything works on, and the old key opens nothing."""

import asyncio
import base64
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest

from openslot.app import App, open_app
from openslot.identity.clients import secrets
from openslot.identity.keys.master_key import derived_key
from openslot.identity.keys.purpose_keys import Purpose
from openslot.identity.people import sign_in_ticket, totp, users
from openslot.identity.people.sign_in_ticket import PasswordShown
from openslot.identity.tokens import refresh_tokens
from openslot.settings import load
from openslot.storage.transactions import AccountTx, SystemTx
from openslot.web.page_kit.forms import FormTokens
from ports import free_port

from .conftest import Operator
from .processes import running, wait_for

pytestmark = pytest.mark.slow  # each runs the program over whole databases

_PASSWORD = "correct horse battery"


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@dataclass
class Issued:
    """What hangs on the installation's keys, as it was given out."""

    secret: str
    totp_secret: str
    ticket: str
    form: str
    token: str
    keys: dict[str, bytes]


def in_app(work: Any) -> Any:
    """Runs `work(app, account id)` as a server would, with the settings in force."""

    async def main() -> Any:
        app = await open_app(load())
        try:
            accounts = await app.database.read_system("a test", _account_id)
            return await work(app, accounts)
        finally:
            await app.close()

    return asyncio.run(main())


def _account_id(tx: SystemTx) -> str:
    from openslot.identity import accounts  # noqa: PLC0415

    account = accounts.by_name(tx, "acme")
    assert account is not None
    return account.id


def issued(operator: Operator) -> Issued:
    """A secret, a second factor, a ticket, a form's token, a signed token, every key."""
    made = operator.asks("client", "create", "acme", "app2", "--scope", "openslot/admin.read")
    words = ("user", "create", "acme", "ann@example.org", "--role", "desk", "--password-stdin")
    operator.runs(*words, stdin=_PASSWORD)
    totp_secret = totp.new_secret()

    async def work(app: App, account: str) -> Issued:
        def enrol(tx: AccountTx) -> Any:
            user = users.by_email(tx, "ann@example.org")
            key = totp.sealing_key(app.purpose_keys)
            return totp.enrol(tx, key, user, totp_secret, pyotp.TOTP(totp_secret).now())

        user = await app.database.write(account, enrol)
        shown = PasswordShown(account, user.id, user.version, 0, by_ticket=False)
        return Issued(
            secret=made["clients"][0]["clientSecret"],
            totp_secret=totp_secret,
            ticket=sign_in_ticket.make(app.purpose_keys, shown, sign_in_ticket.CODE_MS),
            form=FormTokens(app.purpose_keys).make(account, "cookie", "purpose"),
            token=app.keys.sign("ES256", {"a": 1}),
            keys={purpose: app.purpose_keys.of(purpose) for purpose in Purpose},
        )

    found: Issued = in_app(work)
    return found


def check(operator: Operator, given: Issued) -> None:
    """All of it counts, with the master key in force."""

    async def work(app: App, account: str) -> None:
        assert {p: app.purpose_keys.of(p) for p in Purpose} == given.keys
        shown = sign_in_ticket.read(app.purpose_keys, account, given.ticket)
        assert shown is not None
        FormTokens(app.purpose_keys).check(account, "cookie", "purpose", given.form)
        header = given.token.encode().split(b".")[0]
        assert app.keys.sign("ES256", {"a": 1}).encode().split(b".")[0] == header

        def code(tx: AccountTx) -> bool:
            user = users.by_email(tx, "ann@example.org")
            key = totp.sealing_key(app.purpose_keys)
            later = pyotp.TOTP(given.totp_secret).at(tx.real_now // 1000 + 30)
            return totp.accept(tx, key, user, later)

        assert await app.database.write(account, code)

    in_app(work)
    digest = secrets.digest_of(given.keys[Purpose.CLIENT_SECRETS], given.secret)
    with closing(sqlite3.connect(operator.database)) as raw:
        stored = raw.execute("SELECT digest FROM client_secrets").fetchall()
    assert (digest,) in stored


@pytest.fixture
def replaced(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> Issued:
    """An installation with another master key, under which the operator works now."""
    given = issued(operator)
    key = new_key()
    operator.writes("new.key", key + "\n")
    said = operator.runs("keys", "replace-master", "--new-key-file", "new.key")
    assert "The master key is the one in new.key now" in said.stdout
    assert "warning: " in said.stderr and "chmod 600" in said.stderr
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", key)
    return given


def test_everything_works_on(operator: Operator, replaced: Issued) -> None:
    check(operator, replaced)
    with closing(sqlite3.connect(operator.database)) as raw:
        assert raw.execute(
            "SELECT count(*) FROM audit_events WHERE type = 'keys.master_replaced'"
        ).fetchone() == (1,)
    operator.runs("verify")


def test_the_old_key_is_refused(
    operator: Operator, replaced: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", operator.environment["OPENSLOT_MASTER_KEY"])
    operator.writes("third.key", new_key())
    for words in (
        ("serve",),
        ("keys", "rotate"),
        ("client", "create", "acme", "x", "--scope", "openslot/admin.read"),
        ("keys", "replace-master", "--new-key-file", "third.key"),
    ):
        said = operator.runs(*words, code=1).stderr
        assert "OPENSLOT_MASTER_KEY is not the key" in said
        assert "replace-master" in said and said.count("\n") == 1


def test_it_can_be_replaced_again(
    operator: Operator, replaced: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = new_key()
    operator.writes("third.key", third)
    operator.runs("keys", "replace-master", "--new-key-file", "third.key")
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", third)
    check(operator, replaced)


@pytest.mark.parametrize(
    "text", ["", "\n", "x", "A" * 43, "A" * 88, "no base64 at all!" * 3, "\u00e4" * 44]
)
def test_a_file_that_holds_no_key_changes_nothing(operator: Operator, text: str) -> None:
    before = operator.database.read_bytes()
    operator.writes("new.key", text)
    said = operator.runs("keys", "replace-master", "--new-key-file", "new.key", code=1).stderr
    assert said.startswith("openslot: new.key must be base64 of exactly 32 bytes")
    assert operator.database.read_bytes() == before


def test_the_same_key_is_refused(operator: Operator) -> None:
    operator.writes("new.key", operator.environment["OPENSLOT_MASTER_KEY"])
    said = operator.runs("keys", "replace-master", "--new-key-file", "new.key", code=1).stderr
    assert "holds the master key that is in use" in said


@pytest.mark.slow
def test_it_is_refused_while_a_server_runs(operator: Operator) -> None:
    port = free_port()
    operator.writes("new.key", new_key())
    environment = {**operator.environment, "OPENSLOT_PORT": str(port)}
    with running(operator.folder, "serve", environment=environment):
        wait_for(port)
        said = operator.runs("keys", "replace-master", "--new-key-file", "new.key", code=1).stderr
        assert "open; stop the servers first" in said
    check(operator, issued(operator))


# Ends the process when it is about to seal the n-th key: at a step of the transaction.
_KILLED_AT = """
import os, sys
left = int(sys.argv.pop(1))
from openslot.identity.store import purpose_keys
update = purpose_keys.update
def counted(*arguments):
    global left
    left -= 1
    if left < 0:
        os._exit(9)
    update(*arguments)
purpose_keys.update = counted
from openslot.cli.main import run
run()
"""


@pytest.mark.slow
def test_a_broken_off_run_leaves_the_old_key_good(operator: Operator) -> None:
    given = issued(operator)
    operator.writes("new.key", new_key())
    for step in (0, 1, len(Purpose) - 1):
        ended = subprocess.run(
            [sys.executable, "-c", _KILLED_AT, str(step), "keys", "replace-master",
             "--new-key-file", "new.key"],
            cwd=operator.folder,
            env={**operator.environment, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=False,
        )  # fmt: skip
        assert ended.returncode == 9, ended
        assert in_app(_keys) == given.keys
    check(operator, given)


async def _keys(app: App, account: str) -> dict[str, bytes]:
    return {purpose: app.purpose_keys.of(purpose) for purpose in Purpose}


def test_an_installation_from_before_keeps_the_keys_that_it_derived(operator: Operator) -> None:
    """The database of a version that stored none: what it gave out counts, then and afterwards."""
    master_key = base64.b64decode(operator.environment["OPENSLOT_MASTER_KEY"])
    with closing(sqlite3.connect(operator.database)) as raw:
        raw.execute("DELETE FROM purpose_keys")
        raw.commit()
    derived = {purpose: derived_key(master_key, purpose) for purpose in Purpose}
    assert in_app(_keys) == derived
    given = issued(operator)
    assert given.keys == derived
    check(operator, given)


def test_a_new_installation_has_random_keys(operator: Operator) -> None:
    master_key = base64.b64decode(operator.environment["OPENSLOT_MASTER_KEY"])
    keys = in_app(_keys)
    assert len(set(keys.values())) == len(Purpose)
    assert not set(keys.values()) & {derived_key(master_key, purpose) for purpose in Purpose}


def test_a_wrong_key_does_not_pass_for_one_of_before(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing keys of before are there, so that it can be told."""
    master_key = base64.b64decode(operator.environment["OPENSLOT_MASTER_KEY"])

    async def as_before(app: App, account: str) -> None:
        from openslot.identity.keys.master_key import seal  # noqa: PLC0415

        with closing(sqlite3.connect(operator.database)) as raw:
            for kid, key in app.keys.verification_keys.items():
                sealed = seal(
                    derived_key(master_key, Purpose.SIGNING_KEYS), key.private_bytes(), context=kid
                )
                raw.execute(
                    "UPDATE signing_keys SET private_sealed = ? WHERE kid = ?", (sealed, kid)
                )
            raw.execute("DELETE FROM purpose_keys")
            raw.commit()

    in_app(as_before)
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", new_key())
    assert "is not the key" in operator.runs("serve", code=1).stderr
    with closing(sqlite3.connect(operator.database)) as raw:
        assert raw.execute("SELECT count(*) FROM purpose_keys").fetchone() == (0,)
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", operator.environment["OPENSLOT_MASTER_KEY"])
    in_app(_keys)


def test_refresh_tokens_of_before_are_genuine(operator: Operator, replaced: Issued) -> None:
    """The key of their proofs is the same, so that is what a token needs."""

    async def work(app: App, account: str) -> bytes:
        return refresh_tokens.key_of(app.purpose_keys)

    assert in_app(work) == replaced.keys[Purpose.REFRESH_TOKENS]


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_left_beside_the_database(operator: Operator, replaced: Issued) -> None:
    assert _files(operator.folder) == ["acme.yaml", "new.key", "openslot.db"]
