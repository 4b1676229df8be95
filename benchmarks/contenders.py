"""What Openslot is compared with: a bare ASGI application, and oidc-provider on Node."""

import base64
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from journeys.wire import Answer, Wire, request
from ports import free_port

_HERE = Path(__file__).parent
_UVICORN_ADDS = (b"date",)


@contextmanager
def raw_asgi(answer: Answer) -> Iterator[int]:
    """The port of a bare application that answers the same bytes."""
    lines = [line.partition(b": ") for line in answer.head.split(b"\r\n")[1:]]
    canned = {
        "status": answer.status,
        "headers": [
            (name.decode(), value.decode())
            for name, _, value in lines
            if name.lower() not in _UVICORN_ADDS
        ],
        "body": base64.b64encode(answer.body).decode(),
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answer.json"
        file.write_text(json.dumps(canned))
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.raw_asgi", str(port), str(file)]
        with _running(command, port):
            yield port


@contextmanager
def oidc_provider(processes: int = 1) -> Iterator[int]:
    """The port of an oidc-provider, of one process or of a cluster."""
    port = free_port()
    with _running(["node", str(_HERE / "oidc_provider.js"), str(port), str(processes)], port):
        yield port


def oidc_token_request() -> bytes:
    """A token request to it."""
    basic = base64.b64encode(b"benchmark:a-secret-that-only-the-benchmark-knows-0123456789")
    return request(
        "POST",
        "/token",
        body=b"grant_type=client_credentials",
        headers={
            "Authorization": "Basic " + basic.decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port, process)
            yield
        finally:
            process.terminate()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(500):
        try:
            Wire(port).close()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"did not start: {process.args!r}")
