"""`openslot restore`: what it brings back, what it ends, and what it refuses."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from ports import free_port

from .conftest import Operator
from .processes import running, wait_for

pytestmark = pytest.mark.slow  # each runs the program over whole databases

_SCOPE = ("--scope", "openslot/admin.read")


@pytest.fixture
def backup(operator: Operator) -> Path:
    """A backup with the clients of the account file, and one more."""
    operator.runs("client", "create", "acme", "monday", *_SCOPE)
    operator.runs("backup", "monday.db")
    return operator.folder / "monday.db"


def keys_of(operator: Operator) -> set[str]:
    return {client["key"] for client in operator.asks("client", "list", "acme")}


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        return file.execute(query).fetchall()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of the folder, by name."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_it_brings_back_what_was_there_and_keeps_what_it_replaces(
    operator: Operator, backup: Path
) -> None:
    operator.runs("client", "create", "acme", "tuesday", *_SCOPE)
    said = operator.runs("restore", "monday.db").stdout
    assert keys_of(operator) == {"app", "monday", "website"}
    [replaced] = operator.folder.glob("openslot.db.replaced-*")
    assert f"The replaced database is {replaced}.\n" in said
    assert (b"tuesday",) in rows(replaced, "SELECT CAST(key AS BLOB) FROM clients")
    assert "session, grant, token" in said
    operator.runs("verify")
    for file in (operator.database, replaced, backup):
        assert file.stat().st_mode & 0o777 == 0o600
    assert not list(operator.folder.glob("*.restoring*"))


def test_it_names_what_had_ended_and_is_alive_again(operator: Operator) -> None:
    for key in ("stays", "disabled", "revoked"):
        operator.runs("client", "create", "acme", key, *_SCOPE)
    for name in ("ann", "bob", "eve"):
        words = ("user", "create", "acme", f"{name}@example.org", "--role", "desk")
        operator.runs(*words, "--password-stdin", stdin="correct horse battery")
    operator.runs("backup", "monday.db")
    operator.runs("client", "disable", "acme", "disabled")
    [secret] = operator.asks("client", "list", "acme", "revoked")
    operator.runs("client", "revoke-secret", "acme", "revoked", secret["id"])
    operator.runs("user", "disable", "acme", "bob@example.org")
    operator.runs("user", "delete", "acme", "bob@example.org")
    operator.runs("user", "invite", "acme", "eve@example.org")
    _recovery_codes(operator.folder / "monday.db", "ann@example.org")
    _recovery_codes(operator.folder / "monday.db", "bob@example.org")
    _feed(operator.folder / "monday.db")
    again = operator.asks("restore", "monday.db")["aliveAgain"]
    assert [(each["kind"], each["name"].split(" ")[0]) for each in again] == [
        ("client", "disabled"),
        ("secret", "disabled"),
        ("secret", "revoked"),
        ("user", "bob@example.org"),
        ("password", "eve@example.org"),
        ("recovery code", "ann@example.org"),
        ("feed", "0190"),
    ]
    assert {each["account"] for each in again} == {"acme"}
    assert secret["id"] in again[2]["name"]


def _feed(path: Path) -> None:
    """A calendar feed that was revoked since."""
    with closing(sqlite3.connect(path)) as raw:
        raw.execute(
            "INSERT INTO feeds (account_id, id, version, detail, language, digest, created_at) "
            "SELECT id, '0190', 1, 'service', 'en_US', x'00', 0 FROM accounts WHERE name = 'acme'"
        )
        raw.commit()


def _recovery_codes(path: Path, email: str) -> None:
    """Two codes of a user, as if they had been used since."""
    with closing(sqlite3.connect(path)) as raw:
        for digest in (b"1", b"2"):
            raw.execute(
                "INSERT INTO recovery_codes SELECT account_id, id, ? FROM users WHERE email = ?",
                (digest, email),
            )
        raw.commit()


def _signed_in(operator: Operator) -> None:
    """Rows of everything that lets somebody go on."""
    with closing(sqlite3.connect(operator.database)) as raw:
        [(account,)] = raw.execute("SELECT id FROM accounts").fetchall()
        raw.execute("INSERT INTO sessions VALUES (?, x'00', 'u', 1, 1, 9e15)", (account,))
        raw.execute("INSERT INTO consents VALUES (?, 'u', 'c', 's', 1)", (account,))
        raw.execute(
            "INSERT INTO grants VALUES (?, 'g', 'c', 'u', 's', 1, 1, NULL, x'00', 0, 1, NULL)",
            (account,),
        )
        raw.execute(
            "INSERT INTO authorization_codes VALUES "
            "(?, x'00', 'c', 'u', NULL, 'x', NULL, 's', 1, 9e15, NULL, NULL)",
            (account,),
        )
        raw.commit()


_LIVE = (
    "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM consents), "
    "(SELECT count(*) FROM grants WHERE ended_at IS NULL), "
    "(SELECT count(*) FROM authorization_codes), "
    "(SELECT count(*) FROM users WHERE invitation_digest IS NOT NULL), "
    "(SELECT count(*) FROM accounts WHERE revoked_before > 0), "
    "(SELECT count(*) FROM users WHERE version = 1)"
)


@pytest.mark.parametrize(
    ("options", "live"), [((), (0, 0, 0, 0, 0, 1, 0)), (("--keep-tokens",), (1, 1, 1, 1, 1, 0, 1))]
)
def test_what_was_given_before_is_over_unless_it_is_to_stay(
    operator: Operator, options: tuple[str, ...], live: tuple[int, ...]
) -> None:
    _signed_in(operator)
    operator.runs("user", "create", "acme", "ann@example.org", "--role", "desk")
    with closing(sqlite3.connect(operator.database)) as raw:
        raw.execute("UPDATE users SET version = 1")  # a ticket names the version
        raw.commit()
    operator.runs("backup", "monday.db")
    operator.runs("restore", "monday.db", *options)
    assert rows(operator.database, _LIVE) == [live]


@pytest.mark.slow
def test_after_a_crash_no_left_over_log_brings_back_what_was_there(
    operator: Operator, backup: Path
) -> None:
    port = free_port()
    environment = {
        **operator.environment,
        "OPENSLOT_PORT": str(port),
        "OPENSLOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    with running(operator.folder, "serve", environment=environment) as server:
        wait_for(port)
        before = contents(operator.folder)
        for options in ((), ("--keep-tokens",)):
            said = operator.runs("restore", "monday.db", *options, code=1).stderr
            assert "open; stop the servers first" in said
        assert contents(operator.folder) == before
        operator.runs("client", "create", "acme", "tuesday", *_SCOPE)
        server.send_signal(signal.SIGKILL)
        server.wait()
    assert (operator.folder / "openslot.db-wal").stat().st_size > 0
    operator.runs("restore", "monday.db")
    assert not (operator.folder / "openslot.db-wal").exists()
    assert keys_of(operator) == {"app", "monday", "website"}
    [replaced] = operator.folder.glob("openslot.db.replaced-*")
    assert ("tuesday",) in rows(replaced, "SELECT key FROM clients")
    operator.runs("verify")
    with running(operator.folder, "serve", environment=environment):
        wait_for(port)
        assert httpx.get(f"http://127.0.0.1:{port}/health/ready").status_code == 200


_REPLACING = """
import sys, time
from pathlib import Path
from openslot.storage.sqlite.file_lock import locked
database, backup = map(Path, sys.argv[1:])
with locked(database):
    print("locked", flush=True)
    time.sleep(1)
    backup.rename(database)
"""


@pytest.mark.slow
def test_a_server_that_waited_does_not_go_on_with_the_replaced_file(
    operator: Operator, backup: Path
) -> None:
    """It has opened it by then, and would write where nobody reads."""
    words = [sys.executable, "-c", _REPLACING, str(operator.database), str(backup)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        said = operator.runs("client", "list", "acme", code=1).stderr
    assert "was replaced just now; try again" in said
    assert "monday" in keys_of(operator)


def test_a_log_beside_no_database_is_not_played_into_the_restored_one(
    operator: Operator, backup: Path
) -> None:
    log = operator.folder / "openslot.db-wal"
    with closing(sqlite3.connect(operator.database)) as raw:
        raw.execute("PRAGMA wal_autocheckpoint = 0")
        raw.execute("UPDATE clients SET key = 'of-the-log' WHERE key = 'monday'")
        raw.commit()
        left = log.read_bytes()
    operator.database.unlink()
    log.write_bytes(left)
    done = operator.asks("restore", "monday.db")
    assert (done["replaced"], done["aliveAgain"]) == (None, None)
    assert keys_of(operator) == {"app", "monday", "website"}


def test_a_damaged_database_can_be_replaced(operator: Operator, backup: Path) -> None:
    operator.database.write_bytes(b"precious" * 4096)
    (operator.folder / "openslot.db-wal").write_bytes(b"a log" * 100)
    result = operator.runs("restore", "monday.db")
    assert "cannot be read" in result.stderr
    [replaced] = operator.folder.glob("openslot.db.replaced-*Z")
    assert replaced.read_bytes() == b"precious" * 4096
    assert keys_of(operator) == {"app", "monday", "website"}
    operator.runs("verify")


def _truncated(backup: Path) -> None:
    content = backup.read_bytes()
    backup.write_bytes(content[: len(content) // 2])


def _overwritten(backup: Path) -> None:
    with backup.open("r+b") as file:
        file.seek(10 * 4096)
        file.write(b"\xff" * 4096)


def _of_a_newer_version(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as raw:
        raw.execute("INSERT INTO schema_migrations VALUES ('9999_future', 0)")
        raw.commit()


def _of_another_program(backup: Path) -> None:
    backup.unlink()
    with closing(sqlite3.connect(backup)) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")


def _with_a_log(backup: Path) -> None:
    backup.with_name("monday.db-wal").write_bytes(b"what is not in the file")


def _contradicting(backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as raw:
        [(account,)] = raw.execute("SELECT id FROM accounts").fetchall()
        raw.execute(
            "INSERT INTO appointment_parts VALUES (?, '', 'CONFIRMED', 1, 'nobody')", (account,)
        )
        raw.commit()


_REFUSED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "truncated": (_truncated, "damaged"),
    "overwritten": (_overwritten, "damaged"),
    "text": (lambda backup: backup.write_text("precious"), "no SQLite database"),
    "empty": (lambda backup: backup.write_bytes(b""), "no SQLite database"),
    "newer": (_of_a_newer_version, "newer Openslot (9999_future)"),
    "another program": (_of_another_program, "not a backup of Openslot"),
    "a log": (_with_a_log, "a part of it is in"),
    "contradicting": (_contradicting, "contradicts itself"),
}


@pytest.mark.parametrize("case", _REFUSED)
def test_what_is_refused_leaves_every_byte(operator: Operator, backup: Path, case: str) -> None:
    spoil, said = _REFUSED[case]
    spoil(backup)
    operator.runs("client", "create", "acme", "tuesday", *_SCOPE)
    before = contents(operator.folder)
    assert said in operator.runs("restore", "monday.db", code=1).stderr
    assert contents(operator.folder) == before
    assert {"app", "monday", "tuesday", "website"} == keys_of(operator)


def test_a_database_is_not_its_own_backup(operator: Operator) -> None:
    os.link(operator.database, operator.folder / "same.db")
    for name in ("openslot.db", "same.db"):
        assert "the database itself" in operator.runs("restore", name, code=1).stderr
    operator.runs("verify")


def test_into_postgresql_is_refused(operator: Operator, backup: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", "postgresql://127.0.0.1:1/openslot")
    assert "pg_restore" in operator.runs("restore", "monday.db", code=1).stderr


def test_on_a_new_machine_there_is_nothing_to_replace(
    operator: Operator, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = operator.folder / "new" / "place" / "o.db"
    monkeypatch.setenv("OPENSLOT_DATABASE_URL", f"sqlite:///{path}")
    assert operator.asks("restore", "monday.db")["replaced"] is None
    assert keys_of(operator) == {"app", "monday", "website"}
    assert [path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777] == [0o600, 0o700]


def test_a_backup_of_an_earlier_version_is_migrated_on_its_way(
    operator: Operator, backup: Path
) -> None:
    with closing(sqlite3.connect(backup)) as raw:
        raw.execute("DROP TABLE public_hosts")
        raw.execute("DELETE FROM schema_migrations WHERE name = '0008_public_hosts'")
        raw.commit()
    content = backup.read_bytes()
    assert operator.asks("restore", "monday.db")["migrated"] == ["0008_public_hosts"]
    assert backup.read_bytes() == content
    operator.runs("verify")


def test_a_backup_under_another_master_key_is_told(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator.runs("keys", "rotate", "--emergency", "--yes")
    operator.runs("backup", "monday.db")
    monkeypatch.setenv("OPENSLOT_MASTER_KEY", "A" * 43 + "=")
    said = operator.runs("restore", "monday.db").stderr
    assert "will not start yet: OPENSLOT_MASTER_KEY is not the key" in said


# Ends the process just before its n-th change of a name in a folder, as a kill would.
_KILLED_AT = """
import os, sys
left = int(sys.argv.pop(1))
def count(event, arguments):
    global left
    if event in ("os.link", "os.rename", "os.remove"):
        left -= 1
        if left < 0:
            os._exit(9)
sys.addaudithook(count)
from openslot.cli.main import run
run()
"""


@pytest.mark.slow
def test_a_restore_that_is_killed_leaves_the_old_or_the_new(
    operator: Operator, backup: Path
) -> None:
    """At whatever step: one of the two databases has the name, and the old one is there."""
    old, new = {"app", "monday", "tuesday", "website"}, {"app", "monday", "website"}
    seen = []
    for step in range(30):
        if keys_of(operator) == new:
            operator.runs("client", "create", "acme", "tuesday", *_SCOPE)
        ended = subprocess.run(
            [sys.executable, "-c", _KILLED_AT, str(step), "restore", "monday.db"],
            cwd=operator.folder,
            env={**operator.environment, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            check=False,
        )
        operator.runs("verify")
        seen.append(keys_of(operator))
        assert seen[-1] in (old, new), ended
        if ended.returncode == 0:
            break
    assert seen.index(new) > 4
    assert seen[-1] == new
    assert operator.asks("restore", "monday.db")["tokensEnded"]
    assert not list(operator.folder.glob("*.restoring*"))
