"""One file of all that is logged in a process of tests."""

import logging
from pathlib import Path
from typing import Any

import structlog
from structlog.testing import LogCapture

from .watch import WATCH

# The tests' own clients and tools are no part of the product.
_NOT_OURS = (
    "authlib",
    "faker",
    "httpcore",
    "httpx",
    "hypothesis",
    "oauthlib",
    "requests",
    "requests_oauth2client",
    "requests_oauthlib",
    "schemathesis",
    "urllib3",
)


def log_into(path: Path) -> None:
    """Ours and the libraries', down to DEBUG; what else becomes of it stays as it is."""
    WATCH.log(path)
    file = path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1)
    handler = logging.StreamHandler(file)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in _NOT_OURS:
        logging.getLogger(name).setLevel(logging.WARNING)

    def note(logger: Any, name: str, event: Any) -> Any:
        file.write(f"{structlog.processors.format_exc_info(logger, name, dict(event))!r}\n")
        return event

    structlog.configure(processors=[note, *structlog.get_config()["processors"]])
    capture = LogCapture.__call__

    def capturing(self: LogCapture, logger: Any, name: str, event: Any) -> Any:
        note(logger, name, event)
        return capture(self, logger, name, event)

    LogCapture.__call__ = capturing  # type: ignore[method-assign]
