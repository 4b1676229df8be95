"""The commands about accounts, clients, keys, settings, migrations and backups."""

import sqlite3
from contextlib import closing

import pytest

from .conftest import Operator
from .files import BOOK, account_file

pytestmark = pytest.mark.slow


def test_accounts_are_listed(operator: Operator) -> None:
    [acme] = operator.asks("account", "list")
    assert acme["account"] == "acme"
    assert (acme["name"], acme["sandbox"], acme["suspendedAt"]) == ("Acme", False, None)
    lines = operator.runs("account", "list").stdout.splitlines()
    assert [line.split() for line in lines] == [
        ["ACCOUNT", "KIND", "STATE", "ID"],
        ["acme", "live", "active", acme["id"]],
    ]


def test_an_empty_installation_says_what_to_do(newcomer: Operator) -> None:
    newcomer.runs("migrate")
    assert "`openslot apply FILE`" in newcomer.runs("account", "list").stdout
    assert newcomer.asks("account", "list") == []
    assert newcomer.asks("keys", "list") == []


def test_an_account_is_suspended_and_resumed(operator: Operator) -> None:
    operator.runs("account", "suspend", "acme")
    [acme] = operator.asks("account", "list")
    assert acme["suspendedAt"].endswith("Z")
    assert "suspended since" in operator.runs("account", "list").stdout
    operator.runs("account", "resume", "acme")
    assert operator.asks("account", "list")[0]["suspendedAt"] is None


def test_deleting_asks_first(operator: Operator) -> None:
    operator.runs("apply", "-", stdin=account_file("other"))
    operator.runs("account", "delete", "acme", stdin="n\n", code=1)
    operator.runs("account", "delete", "acme", stdin="", code=1)
    assert len(operator.asks("account", "list")) == 2
    operator.runs("account", "delete", "acme", stdin="y\n")
    operator.runs("account", "delete", "other", "--yes")
    assert operator.asks("account", "list") == []
    assert "no account" in operator.runs("account", "delete", "acme", "--yes", code=1).stderr


def test_clients_are_created_with_a_secret_shown_once(operator: Operator) -> None:
    [made] = operator.asks("client", "create", "acme", "kiosk", "--scope", BOOK)["clients"]
    assert set(made) == {"account", "key", "clientId", "clientSecret"}
    assert made["clientSecret"].startswith("osk_")
    listed = {client["key"]: client for client in operator.asks("client", "list", "acme")}
    assert listed["kiosk"]["clientId"] == made["clientId"]
    assert listed["kiosk"]["grants"] == ["client_credentials"]
    assert "osk_" not in operator.runs("client", "list", "acme").stdout
    assert "already" in operator.runs(
        "client", "create", "acme", "kiosk", "--scope", BOOK, code=1
    ).stderr  # fmt: skip


def test_a_client_that_cannot_be_is_refused_with_every_fault(operator: Operator) -> None:
    result = operator.runs(
        "client", "create", "acme", "x y", "--scope", "foo", "--auth-method", "none", code=1
    )
    assert [line.split(" ")[0] for line in result.stderr.splitlines()] == ["openslot:"] * 3
    assert '"x y"' in result.stderr
    assert 'there is no scope "foo"' in result.stderr
    assert "a public client cannot use the grant client_credentials" in result.stderr


def test_the_rules_of_redirect_addresses_hold_here_too(operator: Operator) -> None:
    words = ["client", "create", "acme", "native", "--scope", BOOK, "--grant", "authorization_code"]
    words += ["--redirect-uri", "com.example.app:/callback"]
    assert "https" in operator.runs(*words, code=1).stderr
    assert (
        "code in its query"
        in operator.runs(
            *words,
            "--redirect-uri",
            "https://app.example.org/?code=x",
            "--auth-method",
            "none",
            code=1,
        ).stderr
    )
    operator.runs(*words, "--auth-method", "none")


def test_keys_for_private_key_jwt_come_from_a_file(operator: Operator) -> None:
    words = ["client", "create", "acme", "signer", "--scope", BOOK]
    words += ["--auth-method", "private_key_jwt", "--jwks"]
    operator.runs(*words, operator.writes("keys.json", "{"), code=2)
    operator.runs(*words, "missing.json", code=1)
    keys = operator.writes(
        "keys.json",
        '{"keys": [{"kty": "EC", "crv": "P-256", '
        '"x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", '
        '"y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}',
    )
    assert "none: it needs none" in operator.runs(*words, keys).stdout


def test_secrets_are_rotated_and_revoked(operator: Operator) -> None:
    [first] = operator.asks("client", "list", "acme", "website")
    [rotated] = operator.asks("client", "rotate-secret", "acme", "website")["clients"]
    assert rotated["clientSecret"].startswith("osk_")
    assert "two live secrets" in operator.runs(
        "client", "rotate-secret", "acme", "website", code=1
    ).stderr  # fmt: skip
    operator.runs("client", "revoke-secret", "acme", "website", first["id"])
    [left] = operator.asks("client", "list", "acme", "website")
    assert left["id"] != first["id"]
    assert set(left) == {"id", "createdAt", "expiresAt", "lastUsedAt"}
    assert "never" in operator.runs("client", "list", "acme", "website").stdout
    operator.runs("client", "revoke-secret", "acme", "website", first["id"], code=1)
    operator.runs("client", "rotate-secret", "acme", "app", code=1)


def test_api_keys_are_made_listed_and_revoked(operator: Operator) -> None:
    """The text is shown once, and the list has everything else."""
    words = ("client", "make-api-key", "acme", "website", "main")
    counting = ("--party-counting", "additional", "--customer-look-up")
    [made] = operator.asks(*words, *counting)["apiKeys"]
    assert made.pop("apiKey").startswith("oak_")
    assert made == {"account": "acme", "client": "website", "key": "main"}
    listed = {client["key"]: client for client in operator.asks("client", "list", "acme")}
    [shown] = listed["website"]["apiKeys"]
    assert (shown["key"], shown["partyCounting"], shown["customerLookUp"]) == (
        "main", "additional", True,
    )  # fmt: skip
    assert listed["app"]["apiKeys"] == []
    for_people = operator.runs("client", "list", "acme").stdout
    assert "additional" in for_people
    assert "oak_" not in for_people
    assert "already" in operator.runs(*words, code=1).stderr
    operator.runs("client", "revoke-api-key", "acme", "website", "main")
    operator.runs("client", "revoke-api-key", "acme", "website", "main", code=1)
    assert "oak_" in operator.runs(*words).stdout


def test_clients_are_disabled_and_enabled(operator: Operator) -> None:
    operator.runs("client", "disable", "acme", "website")
    states = {c["key"]: c["active"] for c in operator.asks("client", "list", "acme")}
    assert states == {"app": True, "website": False}
    operator.runs("client", "enable", "acme", "website")
    states = {c["key"]: c["active"] for c in operator.asks("client", "list", "acme")}
    assert states == {"app": True, "website": True}
    assert "no client 'nope'" in operator.runs("client", "disable", "acme", "nope", code=1).stderr


def test_settings_show_value_source_unit_and_reason(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENSLOT_PORT", "8001")
    rows = {row["name"]: row for row in operator.asks("settings")}
    assert rows["OPENSLOT_PORT"]["value"] == 8001
    assert rows["OPENSLOT_PORT"]["source"] == "environment OPENSLOT_PORT"
    assert rows["OPENSLOT_HOST"]["source"] == "default"
    assert all(row["why"] for row in rows.values())
    assert "OPENSLOT_PORT = 8001" in operator.runs("settings").stdout


def test_settings_hide_secrets(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENSLOT_METRICS_TOKEN", "metrics-secret")
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", "postgresql://me:database-secret@host:5432/db")
    for words in (("settings",), ("settings", "--json")):
        shown = operator.runs(*words).stdout
        assert operator.environment["OPENSLOT_MASTER_KEY"] not in shown
        assert "secret@" not in shown
        assert "metrics-secret" not in shown
        assert "(hidden)" in shown
    rows = {row["name"]: row["value"] for row in operator.asks("settings")}
    assert rows["OPENSLOT_DATABASE_URL"] == "postgresql://me:(hidden)@host:5432/db"


def test_migrating_twice_does_nothing_the_second_time(newcomer: Operator) -> None:
    assert "migrated 0001_initial" in newcomer.runs("migrate").stdout
    assert newcomer.runs("migrate").stdout == ("Nothing to migrate: the database is up to date.\n")


def test_a_database_of_another_version_is_refused(operator: Operator) -> None:
    with closing(sqlite3.connect(operator.database)) as connection:
        connection.execute("DELETE FROM schema_migrations")
        connection.commit()
    result = operator.runs("serve", code=1)
    assert "run `openslot migrate` (or `openslot serve --migrate`)" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_database_of_a_newer_version_is_refused(operator: Operator) -> None:
    with closing(sqlite3.connect(operator.database)) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES ('9999_future', 0)")
        connection.commit()
    result = operator.runs("account", "list", code=1)
    assert "is of a newer Openslot (9999_future): run that version" in result.stderr


def test_a_backup_opens_and_holds_everything(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = operator.asks("account", "list")
    copy = operator.folder / "copy.db"
    assert operator.runs("backup", str(copy)).stdout.startswith(f"{copy}: ")
    assert copy.stat().st_mode & 0o777 == 0o600
    operator.runs("account", "delete", "acme", "--yes")
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", f"sqlite:///{copy}")
    assert operator.asks("account", "list") == before
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_backup_overwrites_nothing_and_leaves_no_half_of_one(operator: Operator) -> None:
    copy = operator.folder / "copy.db"
    operator.runs("backup", str(copy))
    content = copy.read_bytes()
    assert "exists already" in operator.runs("backup", str(copy), code=1).stderr
    assert copy.read_bytes() == content
    nowhere = operator.folder / "nowhere" / "copy.db"
    assert operator.runs("backup", str(nowhere), code=1).stderr == (
        f"openslot: {nowhere}: No such file or directory\n"
    )
    assert not list(operator.folder.glob("*.partial"))
