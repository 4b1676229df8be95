"""Installations made and served as an operator would: through the program `openslot` alone."""

import atexit
import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leaks.watch import WATCH
from ports import free_port
from warm.program import PROGRAM, started

from .wire import Wire

_START_SECONDS = 30
_STOP_SECONDS = 40
NO_LIMITS = {
    "OPENSLOT_REQUESTS_PER_SECOND_AND_CLIENT": "0",
    "OPENSLOT_REQUESTS_PER_SECOND_AND_ADDRESS": "0",
    "OPENSLOT_SEARCHES_PER_MINUTE_AND_CLIENT": "0",
    "OPENSLOT_TOKENS_PER_MINUTE_AND_CLIENT": "0",
    "OPENSLOT_MAX_LIVE_RESERVATIONS_PER_CLIENT": "0",
}


class NotServing(Exception):
    """The server ended, or did not become ready in time; the text is what it said."""


@dataclass(frozen=True)
class Credentials:
    """What a client needs to get a token."""

    account: str
    client_id: str
    client_secret: str

    @property
    def basic(self) -> str:
        """The value of an `Authorization` header (RFC 7617)."""
        pair = f"{self.client_id}:{self.client_secret}".encode()
        return "Basic " + base64.b64encode(pair).decode()


@dataclass
class Server:
    """A running `openslot serve`, in a process group of its own."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    seconds_to_ready: float = 0.0

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def wire(self) -> Wire:
        """A new connection."""
        return Wire(self.port)

    def kill(self) -> None:
        """Ends every process of the server at once, as a power cut would; again is no fault."""
        if self.process.poll() is not None:
            return
        children = self._children()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        while any(map(_lives, children)):
            time.sleep(0.001)

    def stop(self) -> int:
        """Stops it as an operator would; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode

    def resident_kib(self) -> int:
        """The memory of the processes that answer, in KiB."""
        return sum(_resident_kib(pid) for pid in self.pids())

    def cpu_seconds(self) -> float:
        """Processor time that the processes that answer have taken so far."""
        return sum(_cpu_seconds(pid) for pid in self.pids())

    def pids(self) -> list[int]:
        """The processes of the server that answer: the only one, or the parent's children."""
        # Beside the workers there is the helper of Python's multiprocessing.
        workers = [pid for pid in self._children() if b"resource_tracker" not in _command_line(pid)]
        return workers or [self.process.pid]

    def _children(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]


@dataclass
class Installation:
    """A database of its own with what an account file says, in a folder of its own."""

    folder: Path
    environment: dict[str, str]
    clients: dict[tuple[str, str], Credentials] = field(default_factory=dict)
    program: Sequence[str] = (PROGRAM,)  # the command `openslot`, of this or another revision

    @property
    def database(self) -> Path:
        """The file that holds everything."""
        return self.folder / "openslot.db"

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Runs `openslot …`; returns what it printed.

        Raises:
            AssertionError: the exit code is not 0.
        """
        with started(
            [*self.program, *arguments],
            self.environment,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                printed, errors = process.communicate(stdin, timeout=120)
            except BaseException:
                process.kill()
                raise
        assert process.returncode == 0, f"openslot {' '.join(arguments)}: {printed}{errors}"
        return str(printed)

    def apply(self, *documents: Mapping[str, Any]) -> None:
        """Applies account files and keeps the credentials of new clients."""
        text = "\n---\n".join(json.dumps(document) for document in documents)
        for made in json.loads(self.run("apply", "-", "--json", stdin=text))["clients"]:
            self.clients[made["account"], made["key"]] = Credentials(
                made["account"], made["clientId"], made.get("clientSecret", "")
            )

    def copied(self, folder: Path) -> "Installation":
        """One like it in another folder, with the same keys and clients; nobody may be using it."""
        shutil.copy2(self.database, folder)
        environment = {**self.environment, "OPENSLOT_DATABASE_URL": _file_in(folder)}
        return Installation(folder, environment, dict(self.clients), self.program)

    def verify(self) -> list[dict[str, Any]]:
        """`openslot verify`, which has to find no difference; returns its report."""
        reports: list[dict[str, Any]] = json.loads(self.run("verify", "--json"))
        assert not any(report["differences"] for report in reports), reports
        return reports

    @contextmanager
    def serving(
        self, *, workers: int = 1, port: int | None = None, **settings: str
    ) -> Iterator[Server]:
        """A server that is ready; stopped at the end unless it is dead already."""
        server = self.start(workers=workers, port=port, **settings)
        try:
            yield server
        finally:
            server.stop()

    def start(self, *, workers: int = 1, port: int | None = None, **settings: str) -> Server:
        """Starts a server and waits until it is ready. `settings` are names without the prefix.

        Raises:
            NotServing: it is not.
        """
        port = port or free_port()
        log = self.folder / f"serve-{port}.log"
        WATCH.log(log)
        given = {f"OPENSLOT_{name.upper()}": value for name, value in settings.items()}
        began = time.perf_counter()
        with log.open("ab") as output:
            process = started(
                [*self.program, "serve", "--port", str(port), "--workers", str(workers)],
                {**self.environment, **WATCH.environment, **given},
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        server = Server(process, port, log)
        try:
            self._await(server)
        except BaseException:
            if process.poll() is None:
                server.kill()
            raise
        server.seconds_to_ready = time.perf_counter() - began
        return server

    def _await(self, server: Server) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if server.process.poll() is not None:
                break
            try:
                with server.wire() as wire:
                    if wire.get("/health/ready").status == 200:
                        return
            except OSError:
                time.sleep(0.002)
        raise NotServing(server.log.read_text(errors="replace")[-4000:])


# One per account file: what `migrate` and `apply` make is made once a process, and copied.
_TEMPLATES: dict[str, Installation] = {}


def installed(
    folder: Path,
    *documents: Mapping[str, Any],
    database_url: str | None = None,
    program: Sequence[str] = (PROGRAM,),
) -> Installation:
    """A new installation without limits, that has applied some account files.

    Its database is a file, unless it is to be an empty one that is named.
    """
    if database_url or program != (PROGRAM,):
        return _made(folder, documents, database_url or _file_in(folder), program)
    name = json.dumps(documents)
    if name not in _TEMPLATES:
        shelf = Path(tempfile.mkdtemp(prefix="openslot-template-"))
        atexit.register(shutil.rmtree, shelf)
        _TEMPLATES[name] = _made(shelf, documents, _file_in(shelf), program)
    return _TEMPLATES[name].copied(folder)


def _made(
    folder: Path,
    documents: Sequence[Mapping[str, Any]],
    database_url: str,
    program: Sequence[str],
) -> Installation:
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("OPENSLOT_")},
        **NO_LIMITS,
        "OPENSLOT_DATABASE_URL": database_url,
        "OPENSLOT_MASTER_KEY": base64.b64encode(os.urandom(32)).decode(),
    }
    installation = Installation(folder, environment, program=program)
    installation.run("migrate")
    installation.apply(*documents)
    return installation


def _file_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'openslot.db'}"


def _lives(pid: int) -> bool:
    """Whether a process has not ended; one that nobody has collected yet has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b"resource_tracker"  # gone already


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_kib(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
