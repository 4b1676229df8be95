"""Two PostgreSQL servers that Patroni looks after, with etcd, all on this machine.

From Debian's packages `postgresql`, `patroni` and `etcd-server`. Each commit waits for the replica
(`synchronous_mode`), so what is acknowledged outlives the primary.
"""

import json
import os
import pwd
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from ports import free_port

_START_SECONDS = 90
# The least that Patroni takes: a primary that says nothing for 20 s is given up.
_TTL_SECONDS = 20
_DATABASE = "openslot"


@dataclass
class Node:
    """One of the two servers, and the Patroni beside it."""

    name: str
    folder: Path
    etcd_port: int
    user: pwd.struct_passwd | None
    port: int = field(default_factory=free_port)
    api_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The server's files."""
        return self.folder / self.name

    def start(self) -> None:
        """Starts Patroni, which starts the server as what it has to be."""
        settings = self.folder / f"{self.name}.yml"
        settings.write_text(json.dumps(self._settings()))  # JSON is YAML
        self.process = _start(self.folder, self.user, "patroni", settings)

    def kill(self) -> None:
        """Ends Patroni and the server with SIGKILL, as if the machine had gone."""
        assert self.process is not None
        server = int((self.data / "postmaster.pid").read_text().split()[0])
        for pid in (self.process.pid, server):
            os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """Stops both."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(_START_SECONDS)
            self.process = None

    def ask(self, path: str, body: Any = None) -> Any:
        """Asks Patroni.

        Raises:
            OSError: it does not answer, or not with 200.
        """
        url = f"http://127.0.0.1:{self.api_port}{path}"
        content = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(url, content, timeout=_START_SECONDS) as answer:
            text = answer.read()
            return json.loads(text) if path == "/cluster" else text

    def _settings(self) -> dict[str, Any]:
        return {
            "scope": "openslot",
            "name": self.name,
            "restapi": _listening(self.api_port),
            "etcd3": {"host": f"127.0.0.1:{self.etcd_port}"},
            "bootstrap": {
                "dcs": {
                    "ttl": _TTL_SECONDS,
                    "loop_wait": 2,
                    "retry_timeout": 5,
                    "synchronous_mode": True,
                    "postgresql": {"use_pg_rewind": True},
                },
                "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
            },
            "postgresql": {
                **_listening(self.port),
                "data_dir": str(self.data),
                "bin_dir": str(_programs()),
                "pg_hba": [
                    "local all all trust",
                    "host all all 127.0.0.1/32 trust",
                    "host replication all 127.0.0.1/32 trust",
                ],
                "authentication": {
                    "superuser": {"username": "postgres"},
                    "replication": {"username": "replicator"},
                },
                "parameters": {"unix_socket_directories": str(self.folder)},
            },
        }


@dataclass
class Cluster:
    """Both nodes."""

    nodes: list[Node]

    @property
    def url(self) -> str:
        """The address of the database: of whichever server may be written to."""
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"postgresql://openslot@{hosts}/{_DATABASE}?target_session_attrs=read-write"

    def primary(self) -> Node:
        """The node that is the primary now.

        Raises:
            LookupError: there is none.
        """
        for node in self.nodes:
            if self._role(node) == "leader":
                return node
        raise LookupError("there is no primary")

    def await_both(self) -> None:
        """Waits until there are a primary and a replica for which it waits."""
        _await(lambda: {self._role(node) for node in self.nodes} == {"leader", "sync_standby"})

    def switch(self) -> None:
        """Lets the two change places, as an operator does before working on a machine."""
        old = self.primary()
        (new,) = [node for node in self.nodes if node is not old]
        old.ask("/switchover", {"leader": old.name, "candidate": new.name})
        _await(lambda: self._role(new) == "leader")

    def make_database(self) -> None:
        """Makes the role and the database of the service."""
        url = f"postgresql://postgres@127.0.0.1:{self.primary().port}/postgres"
        with psycopg.connect(url, autocommit=True) as administrator:
            administrator.execute("CREATE ROLE openslot LOGIN")
            administrator.execute(f"CREATE DATABASE {_DATABASE} OWNER openslot")

    def _role(self, node: Node) -> str:
        for each in self.nodes:
            if each.process is None:
                continue
            try:
                members = each.ask("/cluster")["members"]
            except OSError:
                continue
            for member in members:
                running = member["state"] in ("running", "streaming")
                if member["name"] == node.name and node.process is not None and running:
                    return str(member["role"])
        return ""


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster while the block runs; its files lie in a folder that anybody may enter."""
    # PostgreSQL will not run as root.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    ours, peers = free_port(), free_port()
    etcd = _start(
        folder, user, "etcd", "--data-dir", folder / "etcd",
        "--listen-client-urls", f"http://127.0.0.1:{ours}",
        "--advertise-client-urls", f"http://127.0.0.1:{ours}",
        "--listen-peer-urls", f"http://127.0.0.1:{peers}",
        "--initial-advertise-peer-urls", f"http://127.0.0.1:{peers}",
        "--initial-cluster", f"default=http://127.0.0.1:{peers}",
    )  # fmt: skip
    made = Cluster([Node(name, folder, ours, user) for name in ("one", "two")])
    try:
        for node in made.nodes:
            node.start()
        made.await_both()
        made.make_database()
        yield made
    finally:
        for node in made.nodes:
            node.stop()
        etcd.terminate()
        etcd.wait(_START_SECONDS)


def _listening(port: int) -> dict[str, str]:
    return {"listen": f"127.0.0.1:{port}", "connect_address": f"127.0.0.1:{port}"}


def _programs() -> Path:
    """Where Debian puts the newest PostgreSQL's."""
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def _start(
    folder: Path, user: pwd.struct_passwd | None, program: str, *arguments: object
) -> subprocess.Popen[bytes]:
    found = shutil.which(program, path="/usr/local/bin:/usr/bin:/usr/sbin")
    assert found, f"{program} is missing: apt-get install postgresql patroni etcd-server"
    with (folder / f"{program}.log").open("ab") as log:
        return subprocess.Popen(
            [found, *map(str, arguments)],
            stdout=log,
            stderr=log,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
        )


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.2)
