"""A real server in a process of its own, and sockets to it."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from leaks.watch import WATCH
from openslot.app import open_app
from openslot.settings import Settings
from ports import free_port
from warm.program import PROGRAM, started

from .world import World, token


@dataclass(frozen=True)
class Running:
    """Where it is, and a token of acme's full client."""

    port: int
    token: str
    world: World
    process: "subprocess.Popen[bytes]"
    log: Path

    def connect(self) -> socket.socket:
        """A connection whose answers come within 20 seconds."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(20)
        return connection

    def exchange(self, *parts: bytes, pause: float = 0.0) -> bytes:
        """Sends the parts and reads until the server closes or has been silent for long."""
        with self.connect() as connection:
            for part in parts:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    connection.sendall(part)
                time.sleep(pause)
            return read_all(connection)

    def stop(self) -> int:
        """SIGTERM, as an operator does."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


def read_all(connection: socket.socket) -> bytes:
    """Everything until the end, or a second of silence."""
    connection.settimeout(1)
    received = b""
    with contextlib.suppress(TimeoutError, ConnectionResetError):
        while chunk := connection.recv(65536):
            received += chunk
    return received


@contextlib.contextmanager
def running(
    settings: Settings,
    peopled: tuple[Path, World],
    folder: Path,
    *,
    workers: int = 1,
    **changes: Any,
) -> Iterator[Running]:
    """A server on a copy of the database, on a free port."""
    path = folder / "running.db"
    shutil.copy(peopled[0], path)
    on = replace(settings, database_url=f"sqlite:///{path}")
    with running_on(on, peopled[1], folder, workers=workers, **changes) as server:
        yield server


@contextlib.contextmanager
def running_on(
    settings: Settings, world: World, folder: Path, *, workers: int = 1, **changes: Any
) -> Iterator[Running]:
    """A server on the database of its settings, on a free port."""
    port = free_port()
    on = replace(settings, port=port, **changes)
    names = ("database_url", "public_url", "master_key", "port", *changes)
    limits = (name for name in vars(on) if "_per_" in name)
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("OPENSLOT_")},
        **{f"OPENSLOT_{name.upper()}": str(getattr(on, name)) for name in (*names, *limits)},
        **WATCH.environment,
    }
    log = folder / "log"
    WATCH.log(log)
    with log.open("wb") as errors:
        words = [PROGRAM, "serve", "--workers", str(workers)]
        process = started(words, environment, stderr=errors)
    try:
        _wait_for(port, process, log)
        yield Running(port, asyncio.run(_token(on, world)), world, process, log)
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError(log.read_text())


async def _token(settings: Settings, world: World) -> str:
    app = await open_app(settings)
    made = token(app, world.acme, "full")
    await app.close()
    return made
