"""The commands about users."""

import asyncio
import re

import pyotp
import pytest

from openslot.app import open_app
from openslot.identity import accounts
from openslot.identity.people import invitations, sessions, totp, users
from openslot.identity.people.sign_in import sign_in
from openslot.identity.people.sign_in_outcomes import SecondFactorNeeded, SignInRefused
from openslot.settings import load
from openslot.storage.transactions import AccountTx, SystemTx

from .conftest import Operator
from .files import account_file

pytestmark = pytest.mark.slow

PASSWORD = "violoncello in the hall"
LINK = re.compile(r"https?://\S+/accounts/acme/invitations/([A-Za-z0-9_-]{43})$", re.MULTILINE)


def enters(email: str, password: str = PASSWORD) -> str:
    """What becomes of somebody who signs in to acme."""

    async def main() -> str:
        app = await open_app(load())
        try:
            await sign_in(app, "acme", email, password, None, None, None)
        except SignInRefused as refusal:
            return refusal.reason
        except SecondFactorNeeded:
            return "needs a code"
        finally:
            await app.close()
        return "in"

    return asyncio.run(main())


def test_a_user_gets_a_link_that_is_shown_once(operator: Operator) -> None:
    words = ("user", "create", "acme", "Ann@Example.org", "--role", "desk", "--name", "Ann")
    printed = operator.runs(*words).stdout
    found = LINK.search(printed)
    assert found is not None
    assert printed.startswith("acme: desk ann@example.org created\n")
    [listed] = operator.asks("user", "list", "acme")
    assert listed == {
        "id": listed["id"], "email": "ann@example.org", "name": "Ann", "role": "desk",
        "active": True, "createdAt": listed["createdAt"], "lastSignedInAt": None,
        "hasPassword": False, "hasSecondFactor": False,
    }  # fmt: skip
    assert found[1] not in operator.runs("user", "list", "acme").stdout

    again = LINK.search(operator.runs("user", "invite", "acme", "ANN@example.org").stdout)
    assert again is not None
    assert again[1] != found[1]

    async def invited(text: str) -> str:
        app = await open_app(load())
        account = await app.database.read_system("a test", _account_id)
        try:
            return (await app.database.read(account, invitations.user_of, text)).email
        finally:
            await app.close()

    assert asyncio.run(invited(again[1])) == "ann@example.org"


def test_json_holds_the_link_too(operator: Operator) -> None:
    made = operator.asks("user", "create", "acme", "bob@example.org", "--role", "viewer")
    assert (made["account"], made["email"], made["name"]) == ("acme", *["bob@example.org"] * 2)
    assert LINK.search(made["invitationUrl"])


def test_a_password_comes_from_the_input_alone(operator: Operator) -> None:
    words = ("user", "create", "acme", "ann@example.org", "--role", "administrator")
    for line, said in (
        ("short\n", "at least 12"),
        ("", "at least 12"),
        ("Password1234\n", "first"),
    ):
        refused = operator.runs(*words, "--password-stdin", stdin=line, code=1).stderr
        assert refused.startswith("openslot: password ")
        assert said in refused
    assert operator.asks("user", "list", "acme") == []
    printed = operator.runs(*words, "--password-stdin", stdin=f"{PASSWORD}\r\nmore\n").stdout
    assert printed == "acme: administrator ann@example.org created\n"
    assert enters("ann@example.org") == "in"
    assert enters("ann@example.org", PASSWORD + "\r") == "wrong_password"
    table = operator.runs("user", "list", "acme").stdout.splitlines()
    assert table[0].split() == ["EMAIL", "ROLE", "STATE", "TOTP", "LAST", "SIGNED", "IN", "NAME"]
    assert table[1].split()[:4] == ["ann@example.org", "administrator", "active", "no"]
    assert re.search(r"\d{4}-\d\d-\d\dT", table[1])


def test_what_cannot_be_is_refused_with_every_fault(operator: Operator) -> None:
    refused = operator.runs(
        "user", "create", "acme", "ann", "--role", "boss", "--name", " ", code=1
    ).stderr.splitlines()
    assert [line.split()[1] for line in refused] == ["email", "name", "role"]
    operator.runs("user", "create", "acme", "ann@example.org", code=2)
    operator.runs("user", "create", "acme", "ann@example.org", "--role", "desk")
    taken = operator.runs(
        "user", "create", "acme", "ANN@example.org", "--role", "desk", code=1
    ).stderr
    assert "already" in taken
    assert "no account 'other'" in operator.runs("user", "list", "other", code=1).stderr


def test_a_user_is_disabled_enabled_and_deleted(operator: Operator) -> None:
    operator.runs("apply", "-", stdin=account_file("other"))
    for account in ("acme", "other"):
        operator.runs(
            "user", "create", account, "ann@example.org", "--role", "administrator",
            "--password-stdin", stdin=PASSWORD,
        )  # fmt: skip
    operator.runs("user", "disable", "acme", "Ann@example.org")  # the last one: the operator may
    assert enters("ann@example.org") == "user_disabled"
    assert "disabled" in operator.runs("user", "list", "acme").stdout
    operator.runs("user", "enable", "acme", "ann@example.org")
    assert enters("ann@example.org") == "in"
    early = operator.runs("user", "delete", "acme", "ann@example.org", code=1).stderr
    assert "disable" in early
    operator.runs("user", "disable", "acme", "ann@example.org")
    operator.runs("user", "delete", "acme", "ann@example.org")
    assert "no users" in operator.runs("user", "list", "acme").stdout
    assert [u["active"] for u in operator.asks("user", "list", "other")] == [True]
    assert "no user" in operator.runs(
        "user", "disable", "acme", "ann@example.org", code=1
    ).stderr  # fmt: skip


def test_a_user_gets_another_role_and_is_signed_out(operator: Operator) -> None:
    operator.runs("user", "create", "acme", "ann@example.org", "--role", "desk")
    operator.runs("user", "set-role", "acme", "ann@example.org", "planner")
    assert operator.asks("user", "list", "acme")[0]["role"] == "planner"
    wrong = operator.runs("user", "set-role", "acme", "ann@example.org", "king", code=1)
    assert "role" in wrong.stderr
    assert "planner" in wrong.stderr
    made = operator.asks("user", "invite", "acme", "ann@example.org")
    assert LINK.search(made["invitationUrl"])

    async def begin() -> str:
        app = await open_app(load())
        account = await app.database.read_system("a test", _account_id)
        text = await app.database.write(
            account, lambda tx: sessions.start(tx, users.by_email(tx, "ann@example.org"))
        )
        await app.close()
        return text

    async def lives(text: str) -> bool:
        app = await open_app(load())
        account = await app.database.read_system("a test", _account_id)
        found = await app.database.read(account, sessions.find, text)
        await app.close()
        return found is not None

    text = asyncio.run(begin())
    assert asyncio.run(lives(text))
    operator.runs("user", "end-sessions", "acme", "ann@example.org")
    assert not asyncio.run(lives(text))


def test_a_lost_phone(operator: Operator) -> None:
    operator.runs(
        "user", "create", "acme", "ann@example.org", "--role", "desk", "--password-stdin",
        stdin=PASSWORD,
    )  # fmt: skip

    async def enrol() -> None:
        app = await open_app(load())
        account = await app.database.read_system("a test", _account_id)
        secret = totp.new_secret()

        def operation(tx: AccountTx) -> None:
            key = totp.sealing_key(app.purpose_keys)
            user = users.by_email(tx, "ann@example.org")
            totp.enrol(tx, key, user, secret, pyotp.TOTP(secret).now())

        await app.database.write(account, operation)
        await app.close()

    asyncio.run(enrol())
    assert enters("ann@example.org") == "needs a code"
    operator.runs("user", "reset-totp", "acme", "ann@example.org")
    assert enters("ann@example.org") == "in"
    operator.runs("user", "reset-totp", "acme", "ann@example.org")


def _account_id(tx: SystemTx) -> str:
    account = accounts.by_name(tx, "acme")
    assert account is not None
    return account.id
