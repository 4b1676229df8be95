"""The program on PostgreSQL: the same commands, and what is said where they differ."""

import base64
import os
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from databases import raw
from openslot.kernel.ids import new_id
from postgresql import Server

from .conftest import Operator
from .files import account_file

pytestmark = pytest.mark.slow


@pytest.fixture
def url(postgresql: Callable[[], Server]) -> Iterator[str]:
    """An empty database."""
    with postgresql().database() as url:
        yield url


@pytest.fixture
def operator(newcomer: Operator, url: str, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """An operator who keeps everything there."""
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", url)
    newcomer.environment["OPENSLOT_DATABASE_URL"] = url
    return newcomer


def test_an_evening(operator: Operator) -> None:
    """Migrated, filled, looked at, exported and applied again, which changes nothing."""
    assert "openslot migrate" in operator.runs("verify", code=1).stderr
    ran = operator.runs("migrate").stdout
    assert "0000_words" in ran and "0006_users_and_grants" in ran
    assert "Nothing to migrate" in operator.runs("migrate").stdout
    made = operator.asks("apply", operator.writes("acme.yaml", account_file("acme")))
    assert made["clients"]
    exported = operator.runs("export", "acme").stdout
    again = operator.asks("apply", operator.writes("again.yaml", exported))
    assert again["clients"] == []
    operator.runs("user", "create", "acme", "ann@example.org", "--role", "desk")
    assert "acme" in operator.runs("account", "list").stdout
    (report,) = operator.asks("verify")
    assert report["differences"] == []


def test_verify_finds_and_mends(operator: Operator, url: str) -> None:
    operator.runs("migrate")
    operator.runs("apply", operator.writes("acme.yaml", account_file("acme")))
    with raw(url) as connection:
        connection.execute(
            "INSERT INTO appointment_parts SELECT id, '', 'CONFIRMED', 0, ? FROM accounts",
            (new_id(),),
        )
    operator.runs("verify", code=1)
    operator.runs("verify", "--repair", code=1)
    operator.runs("verify")


def test_a_backup_is_the_servers_own_affair(operator: Operator) -> None:
    operator.runs("migrate")
    said = operator.runs("backup", str(operator.folder / "copy.db"), code=1).stderr
    assert "pg_dump" in said
    assert not (operator.folder / "copy.db").exists()


def test_a_server_that_is_not_there(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says where nobody answered, without the password."""
    secret = base64.urlsafe_b64encode(os.urandom(12)).decode()
    address = f"postgresql://openslot:{secret}@127.0.0.1:1/openslot"
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", address)
    for command in (["migrate"], ["verify"], ["serve"]):
        said = operator.runs(*command, code=1).stderr
        assert "127.0.0.1" in said and said.count("\n") == 1, said
        assert secret not in said
    assert secret not in operator.runs("settings").stdout


def test_an_encoding_that_cannot_hold_every_name(
    operator: Operator, postgresql: Callable[[], Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, where = f"openslot_latin_{os.getpid()}", urlsplit(postgresql().url)
    with psycopg.connect(postgresql().url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING LATIN1 LOCALE 'C'")
        monkeypatch.setenv("OPENSLOT_DATABASE_URL", urlunsplit(where._replace(path=f"/{name}")))
        try:
            assert "UTF8" in operator.runs("migrate", code=1).stderr
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
