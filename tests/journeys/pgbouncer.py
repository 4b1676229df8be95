"""PgBouncer in transaction mode before a PostgreSQL server.

Behind it there are fewer connections than before it, so one of them serves now this client and
now that one: whatever were left on it would show.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ports import free_port

BEHIND = 4  # connections to PostgreSQL
_START_SECONDS = 10


def program() -> str:
    """Where it is; skips the test where it is not, except where nothing may be skipped."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if found is None:
        reason = "PgBouncer is not installed: bin/install-pgbouncer"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def pgbouncer(url: str) -> Iterator[str]:
    """The address of a database as it is reached through PgBouncer."""
    executable = program()
    # Not under pytest's folder, which is its user's alone.
    folder = Path(tempfile.mkdtemp(prefix="openslot-pgbouncer-"))
    to = conninfo_to_dict(url)
    database = " ".join(
        f"{name}={to[name]}"
        for name in ("host", "port", "user", "password", "dbname")
        if name in to
    )
    port = free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        f"""[databases]
openslot = {database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {BEHIND}
max_client_conn = 200
server_login_retry = 1
query_wait_timeout = 3
logfile = {folder / "pgbouncer.log"}
"""
    )
    # It will not run as root either.
    nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    if nobody is not None:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    process = subprocess.Popen(
        [executable, "-q", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=nobody.pw_uid if nobody else None,
        group=nobody.pw_gid if nobody else None,
    )
    through = f"postgresql://anybody@127.0.0.1:{port}/openslot"
    try:
        _await(process, through, folder)
        yield through
    finally:
        process.terminate()
        process.wait(_START_SECONDS)
        shutil.rmtree(folder)


def _await(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline or process.poll() is not None:
                log = folder / "pgbouncer.log"
                raise AssertionError(log.read_text() if log.exists() else "no log") from None
        time.sleep(0.05)


def left_behind(url: str) -> dict[str, object]:
    """What a session says of itself that could have been left by whoever had it before."""
    asked = {
        name: f"current_setting('{name}')"
        for name in (
            "lock_timeout",
            "statement_timeout",
            "idle_in_transaction_session_timeout",
            "search_path",
            "default_transaction_isolation",
            "default_transaction_read_only",
            "synchronous_commit",
        )
    }
    asked["account"] = "coalesce(current_setting('openslot.account', true), '')"
    asked["prepared"] = "(SELECT count(*) FROM pg_prepared_statements)"
    asked["listens"] = "(SELECT count(*) FROM pg_listening_channels())"
    asked["temporary"] = "(SELECT count(*) FROM pg_class WHERE relpersistence = 't')"
    asked["locks"] = (
        "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
    )
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        rows = connection.execute("SELECT " + ", ".join(asked.values())).fetchall()
    return dict(zip(asked, rows[0], strict=True))
