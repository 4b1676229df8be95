"""The processes of a server: one that serves alone, or several on the same sockets."""

import contextlib
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import fields

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from openslot import settings as setting
from openslot.observability.logs import LogLines, configure_logs
from openslot.observability.traces import open_traces
from openslot.settings import Settings
from openslot.web.http.serving.http_protocol import HttpProtocol
from openslot.web.http.serving.listening import listening
from openslot.web.http.serving.traced_application import TracedApplication
from openslot.web.server import Server

_SHUTDOWN_SECONDS = 30
_KEEP_ALIVE_SECONDS = 75  # longer than proxies keep theirs, so that none is reset under a request
_STARTUP_FAILURE = 3


def serve(settings: Settings, log_lines: LogLines, *, workers: int) -> None:
    """Serves until SIGTERM or SIGINT, then finishes what runs within 30 seconds.

    Raises:
        AddressInUse: nothing can listen at the settings' address.
    """
    sockets = listening(settings.host, settings.port)
    if workers > 1:
        _serve_with_workers(settings, sockets, workers)
    else:
        _serve_alone(settings, log_lines, sockets)


def create() -> ASGIApp:
    """The application of a worker process, from the environment's settings."""
    settings = setting.load()
    return _application(settings, configure_logs(settings.log_level))


def _application(settings: Settings, log_lines: LogLines) -> ASGIApp:
    traces = open_traces()
    server = Server(settings, log_lines, traces)
    return server if traces is None else TracedApplication(server, traces)


def _serve_alone(settings: Settings, log_lines: LogLines, sockets: Sequence[socket.socket]) -> None:
    server = uvicorn.Server(_config(settings, _application(settings, log_lines)))
    with contextlib.suppress(KeyboardInterrupt):  # it has stopped as it should by then
        server.run(list(sockets))
    if not server.started:
        sys.exit(_STARTUP_FAILURE)


def _serve_with_workers(settings: Settings, sockets: Sequence[socket.socket], workers: int) -> None:
    # Worker processes read their settings again, so what the command line gave goes along.
    for setting_ in fields(Settings):
        if settings.sources.get(setting_.name) == "command line":
            name = setting.PREFIX + setting_.name.upper()
            os.environ[name] = str(getattr(settings, setting_.name))
    supervisor = Multiprocess(_config(settings, f"{__name__}:create", workers), list(sockets))
    supervisor.run()
    if any(worker.exitcode == _STARTUP_FAILURE for worker in supervisor.processes):
        sys.exit(_STARTUP_FAILURE)


def _config(settings: Settings, app: ASGIApp | str, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        workers=workers,
        loop="uvloop",
        http=HttpProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # X-Forwarded-For is believed from the listed proxies alone, loopback included.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        backlog=2048,
    )
