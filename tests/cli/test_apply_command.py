"""`openslot apply` and `openslot export`."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from openslot import settings as setting
from openslot.identity.keys.purpose_keys import PurposeKeys

from .conftest import Operator
from .files import BOOK, account_file
from .running import on

pytestmark = pytest.mark.slow

BROKEN = "account: broken\nname: Broken\nbranches: [{key: a}]\n"


def rows(path: Path) -> list[str]:
    """The whole database as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_it_prints_what_changed_and_new_secrets_once(newcomer: Operator) -> None:
    newcomer.runs("migrate")
    file = newcomer.writes("acme.yaml", account_file("acme"))
    first = newcomer.runs("apply", file)
    assert "acme: branch centre created\n" in first.stdout
    assert "client secret  osk_" in first.stdout
    assert "client secret  none" in first.stdout
    assert first.stderr == ""
    assert newcomer.runs("apply", file).stdout == "acme: no changes\n"


def test_json_has_the_clients_with_their_secrets(newcomer: Operator) -> None:
    newcomer.runs("migrate")
    answer = newcomer.asks("apply", newcomer.writes("acme.yaml", account_file("acme")))
    website, app = answer["clients"]
    assert set(website) == {"account", "key", "clientId", "clientSecret"}
    assert set(app) == {"account", "key", "clientId"}
    assert (website["account"], website["key"]) == ("acme", "website")
    assert {"kind": "branch", "key": "centre", "change": "created"} in (
        answer["accounts"][0]["changes"]
    )


def test_the_secret_of_a_new_webhook_is_shown_once(newcomer: Operator) -> None:
    newcomer.runs("migrate")
    hooks = "webhooks:\n  - {key: KEY, url: 'https://crm.example.org/hook'}\n"
    one = newcomer.writes("one.yaml", "account: acme\nname: Acme\n" + hooks.replace("KEY", "crm"))
    shown = newcomer.runs("apply", one).stdout
    assert "webhook crm of acme\n  secret         whsec_" in shown
    assert shown.endswith("Save the secrets now: they are not shown again.\n")
    assert newcomer.runs("apply", one).stdout == "acme: no changes\n"
    other = newcomer.writes("two.yaml", "account: acme\nname: A\n" + hooks.replace("KEY", "erp"))
    [made] = newcomer.asks("apply", other)["webhooks"]
    assert (made["account"], made["key"], made["secret"][:6]) == ("acme", "erp", "whsec_")


def test_new_api_keys_are_shown_once_and_an_export_changes_nothing(newcomer: Operator) -> None:
    newcomer.runs("migrate")
    scopes = f"grants: [client_credentials], scopes: [{BOOK}]"
    text = f"""\
account: acme
name: Acme
clients:
  - key: forms
    name: Forms
    {scopes.replace(", ", chr(10) + "    ")}
    apiKeys:
      - {{key: main, partyCounting: additional}}
      - {{key: portal, customerLookUp: true, expiresAt: "2929-01-01T01:00:00+01:00"}}
"""
    file = newcomer.writes("acme.yaml", text)
    made = newcomer.asks("apply", file)["apiKeys"]
    assert [(m["account"], m["client"], m["key"], m["apiKey"][:4]) for m in made] == [
        ("acme", "forms", "main", "oak_"), ("acme", "forms", "portal", "oak_"),
    ]  # fmt: skip
    exported = newcomer.runs("export", "acme").stdout
    assert "customerLookUp: true" in exported
    assert "oak_" not in exported
    again = newcomer.writes("exported.yaml", exported)
    assert newcomer.runs("apply", again).stdout == "acme: no changes\n"
    newcomer.runs("apply", newcomer.writes("less.yaml", text.rpartition("      -")[0]))
    assert "API key  oak_" in newcomer.runs("apply", file).stdout


def test_one_that_fails_leaves_the_others_standing(operator: Operator) -> None:
    several = operator.writes(
        "several.yaml", f"{account_file('one')}---\n{BROKEN}---\n{account_file('two')}"
    )
    last = operator.writes("last.yaml", account_file("three"))
    result = operator.runs("apply", several, "missing.yaml", last, code=1)
    assert [line.removeprefix(str(operator.folder)) for line in result.stderr.splitlines()] == [
        "missing.yaml: No such file or directory",
        "/several.yaml:25:12: `name` is missing",
        "/several.yaml:25:12: `timeZone` is missing",
    ]
    names = [account["account"] for account in operator.asks("account", "list")]
    assert names == ["acme", "one", "three", "two"]


def test_nothing_but_faults_needs_no_database(newcomer: Operator) -> None:
    result = newcomer.runs("apply", newcomer.writes("b.yaml", BROKEN), code=1)
    assert "b.yaml:3:12: `name` is missing" in result.stderr
    assert not newcomer.database.exists()


def test_an_account_described_twice_is_applied_once(operator: Operator) -> None:
    twice = operator.writes("twice.yaml", f"{account_file('one')}---\n{account_file('one')}")
    result = operator.runs("apply", twice, code=1)
    assert result.stderr == (
        f"{twice}:22:1: the account one is described at {twice}:1 already; "
        "put all of it in one document\n"
    )
    assert "one: branch centre created" in result.stdout


def test_a_dash_is_standard_input(operator: Operator) -> None:
    result = operator.runs("apply", "-", stdin=account_file("piped"))
    assert "piped: account piped created" in result.stdout
    result = operator.runs("apply", "-", stdin="account: 5\nname: A\n", code=1)
    assert result.stderr == "stdin:1:10: `account` must be a text, not 5; put it in quotes\n"


def test_a_dry_run_says_what_would_change_and_changes_nothing(operator: Operator) -> None:
    file = operator.writes("acme.yaml", account_file("acme", desk=False))
    new = operator.writes("new.yaml", account_file("new"))
    before = rows(operator.database)
    result = operator.runs("apply", file, new, "--dry-run")
    assert result.stdout.splitlines()[0] == "acme: resource desk-1 would be deactivated"
    assert "osk_" not in result.stdout
    assert operator.asks("apply", file, new, "--dry-run")["clients"] == []
    assert rows(operator.database) == before


def test_a_master_key_that_is_another_is_refused(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(operator.database, lambda d: PurposeKeys.load(d, setting.load().master_key_bytes))
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", "A" * 43 + "=")
    for words in (
        ("apply", operator.writes("new.yaml", account_file("new"))),
        ("client", "rotate-secret", "acme", "website"),
    ):
        assert "OPENSLOT_MASTER_KEY is not the key" in operator.runs(*words, code=1).stderr
    monkeypatch.delenv("OPENSLOT_MASTER_KEY")
    result = operator.runs("apply", operator.writes("new.yaml", account_file("new")), code=1)
    assert "OPENSLOT_MASTER_KEY is missing" in result.stderr


def test_an_export_can_be_applied(operator: Operator) -> None:
    exported = operator.runs("export", "acme").stdout
    assert exported.startswith("account: acme\nname: Acme\n")
    assert operator.runs("apply", "-", stdin=exported).stdout == "acme: no changes\n"
    assert operator.asks("export", "acme")["branches"][0]["key"] == "centre"


def test_an_account_that_is_none_is_refused(operator: Operator) -> None:
    assert operator.runs("export", "nope", code=1).stderr == (
        "openslot: There is no account 'nope'; `openslot account list` shows them all\n"
    )
