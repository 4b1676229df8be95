"""What `verify` asks of PostgreSQL about its own pages, and who else may be connected."""

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from postgresql import Postmaster, Server

from .conftest import Operator
from .files import account_file

pytestmark = pytest.mark.slow

_PAGE = 8192


@pytest.fixture
def postmaster() -> Iterator[Postmaster]:
    """A server of our own, whose files can be reached."""
    folder = Path(tempfile.mkdtemp(prefix="openslot-pg-"))
    try:
        with Postmaster(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(postmaster: Postmaster) -> str:
    server = Server(postmaster.url)
    server.begin()
    return server.make()


@pytest.fixture
def operator(newcomer: Operator, url: str, monkeypatch: pytest.MonkeyPatch) -> Operator:
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", url)
    newcomer.runs("migrate")
    newcomer.runs("apply", newcomer.writes("acme.yaml", account_file("acme")))
    return newcomer


def as_superuser(postmaster: Postmaster, url: str, *statements: str) -> list[tuple[str]]:
    """Runs statements in the database; returns the rows of the last one."""
    maintenance = urlsplit(postmaster.url)
    address = maintenance._replace(path=urlsplit(url).path).geturl()
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements[:-1]:
            connection.execute(statement)
        cursor = connection.execute(statements[-1])
        return cursor.fetchall() if cursor.description else []


def allow_amcheck(postmaster: Postmaster, url: str) -> None:
    role = urlsplit(url).username
    try:
        as_superuser(postmaster, url, "CREATE EXTENSION amcheck")
    except psycopg.Error:
        pytest.skip("this PostgreSQL comes without amcheck")
    as_superuser(
        postmaster, url, f"GRANT EXECUTE ON FUNCTION bt_index_check(regclass, boolean) TO {role}"
    )


def overwrite(postmaster: Postmaster, url: str, relation: str) -> None:
    """Overwrites the first page of a table or an index while the server is stopped."""
    [(path,)] = as_superuser(
        postmaster, url, "CHECKPOINT", f"SELECT pg_relation_filepath('{relation}')"
    )
    postmaster.stop()
    [file] = postmaster.url.split("host=")[1:]
    data = Path(file.replace("%2F", "/")) / "data" / path
    with data.open("r+b") as opened:
        opened.seek(0)
        opened.write(b"\xff" * _PAGE)
    postmaster.start()


def test_every_row_is_read_and_what_was_not_checked_is_said(
    operator: Operator, postmaster: Postmaster, url: str
) -> None:
    said = operator.runs("verify").stdout
    assert "checked: every row of every table is readable\n" in said
    [(checksums,)] = as_superuser(postmaster, url, "SHOW data_checksums")
    named = {"on": "checked: the checksums of", "off": "not checked: checksums"}[checksums]
    assert f"\n{named}" in said
    assert "not checked: indexes" in said


def test_a_damaged_table_is_found(operator: Operator, postmaster: Postmaster, url: str) -> None:
    overwrite(postmaster, url, "clients")
    said = operator.runs("verify", code=1).stderr
    assert "is damaged: clients: invalid page" in said
    assert "damaged" in operator.runs("client", "list", "acme", code=1).stderr


def test_indexes_are_compared_where_that_is_allowed(
    operator: Operator, postmaster: Postmaster, url: str
) -> None:
    allow_amcheck(postmaster, url)
    assert "every index agrees with its table (amcheck)" in operator.runs("verify").stdout
    overwrite(postmaster, url, "clients_by_key")
    said = operator.runs("verify", code=1).stderr
    assert "is damaged: clients" in said and "restore a backup" in said


def test_the_master_key_is_not_replaced_while_somebody_is_connected(
    operator: Operator, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = base64.b64encode(os.urandom(32)).decode()
    operator.writes("new.key", key)
    words = ("keys", "replace-master", "--new-key-file", "new.key")
    with psycopg.connect(url, application_name="openslot"):
        assert "stop the servers first" in operator.runs(*words, code=1).stderr
    operator.runs(*words)
    assert "is not the key" in operator.runs("keys", "rotate", code=1).stderr
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", key)
    operator.runs("keys", "rotate")
