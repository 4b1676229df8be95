"""`openslot copy`: what an operator sees when an installation moves."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from databases import raw
from postgresql import Server

from .conftest import Operator
from .files import account_file
from .test_apply_appointments import book, file

pytestmark = pytest.mark.slow


@pytest.fixture
def busy(newcomer: Operator) -> Operator:
    """An operator with two accounts, appointments, a user and keys."""
    newcomer.runs("migrate")
    newcomer.runs("apply", newcomer.writes("acme.yaml", file()))
    newcomer.runs("apply", newcomer.writes("globex.yaml", account_file("globex")))
    newcomer.runs("user", "create", "acme", "ann@example.org", "--role", "desk")
    newcomer.runs("keys", "rotate")
    book(newcomer, 9, 11, 14)
    return newcomer


@pytest.fixture
def server(postgresql: Callable[[], Server]) -> Iterator[str]:
    """An empty database of a server."""
    with postgresql().database() as url:
        yield url


def address(operator: Operator, name: str = "openslot.db") -> str:
    """Of a file in the operator's folder."""
    return f"sqlite:///{operator.folder / name}"


def rows_of(path: Path) -> list[str]:
    """All rows of a file, but those that say what migrations ran."""
    with closing(sqlite3.connect(path)) as raw_file:
        lines = [line for line in raw_file.iterdump() if line.startswith("INSERT")]
    return sorted(line for line in lines if "schema_migrations" not in line)


def test_to_postgresql_and_back(
    busy: Operator, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways everything arrives, and the installation goes on there with the same key."""
    there = busy.runs("copy", "--from", address(busy), "--to", server).stdout
    assert "of 2 accounts" in there and "same master key" in there
    back = busy.asks("copy", "--from", server, "--to", address(busy, "back.db"))
    assert rows_of(busy.folder / "back.db") == rows_of(busy.database) != []
    assert (back["copied"], back["accounts"], back["differences"]) == (True, 2, {})
    assert {t["table"]: t["rows"] for t in back["tables"]}["appointments"] == 3
    for each in back["tables"]:
        assert (each["rows"], each["digest"]) == (each["rowsWritten"], each["digestWritten"])
        assert each["digest"] in there
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", server)
    assert "acme: 3 appointments" in busy.runs("verify").stdout
    busy.runs("client", "rotate-secret", "acme", "website")


def test_a_target_that_holds_something(busy: Operator, server: str) -> None:
    """Is not touched."""
    busy.runs("copy", "--from", address(busy), "--to", server)
    before = rows_of(busy.database)
    for source, target in (
        (address(busy), server),
        (server, address(busy)),
        (address(busy), address(busy)),
    ):
        assert (
            "has rows in accounts,"
            in busy.runs("copy", "--from", source, "--to", target, code=1).stderr
        )
    assert rows_of(busy.database) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_source_that_does_not_hold_together_is_not_kept(
    busy: Operator, server: str, kind: str
) -> None:
    """Whoever moves finds out before and not after; the target can be used for the next try."""
    target = server if kind == "postgresql" else address(busy, "copy.db")
    with closing(sqlite3.connect(busy.database)) as connection:
        connection.execute("DELETE FROM appointment_parts WHERE part_id = ''")
        connection.commit()
    said = busy.runs("copy", "--from", address(busy), "--to", target, code=1).stdout
    assert "acme: " in said and "Nothing was saved" in said and "openslot verify" in said
    told = busy.runs("copy", "--from", address(busy), "--to", target, "--json", code=1).stdout
    assert '"copied": false' in told
    with raw(target) as connection_there:
        assert connection_there.execute("SELECT count(*) FROM accounts").fetchone() == (0,)
    busy.runs("verify", "--repair", code=1)
    busy.runs("copy", "--from", address(busy), "--to", target)


def test_tables_of_another_version(busy: Operator, server: str) -> None:
    """Are neither read nor changed."""
    with closing(sqlite3.connect(busy.folder / "old.db")) as connection:
        connection.execute("CREATE TABLE schema_migrations (name TEXT, applied_at BIGINT)")
        connection.execute("INSERT INTO schema_migrations VALUES ('0001_initial', 0)")
        connection.commit()
    for source, target in (
        (address(busy, "old.db"), server),
        (address(busy), address(busy, "old.db")),
    ):
        assert "lacks 0002" in busy.runs("copy", "--from", source, "--to", target, code=1).stderr
    with closing(sqlite3.connect(busy.folder / "old.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_addresses_that_lead_nowhere(busy: Operator, server: str) -> None:
    """Each is one line that says what is wrong, and shows no password."""
    nobody = "postgresql://openslot:hidden-word@127.0.0.1:1/openslot"
    for source, target, why in (
        (address(busy, "missing.db"), server, "There is no database at"),
        (address(busy), nobody, ""),
        (nobody, address(busy, "new.db"), ""),
        ("mysql://x/y", server, "sqlite:/// or postgresql://"),
        (address(busy), "mysql://x/y", "sqlite:/// or postgresql://"),
    ):
        said = busy.runs("copy", "--from", source, "--to", target, code=1).stderr
        assert why in said and said.count("\n") == 1, said
        assert "hidden-word" not in said
    busy.runs("copy", "--from", address(busy), code=2)
