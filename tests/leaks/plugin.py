"""All tests log what can be logged, and when the last one is over the logs hold no secret.

What is secret is noted where the product makes it or is given it; nothing is replaced. Servers
that tests start log into files at `debug`; what runs in the process of the tests, and the
libraries under it, logs into one more.
"""

import logging
import secrets
import tempfile
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import LogCapture

from openslot.identity.clients import secret_rotation
from openslot.identity.clients import secrets as client_secrets
from openslot.identity.keys.key_ring import KeyRing
from openslot.identity.people import sign_in_ticket, totp
from openslot.identity.people.passwords import Passwords
from openslot.identity.tokens import refresh_tokens
from openslot.web.page_kit.forms import FormTokens

from .watch import WATCH, observed

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
_found: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Begins to note, and to log."""
    WATCH.active = True
    _note_what_is_made()
    _note_what_is_typed()
    config.stash[_FOLDER] = folder = tempfile.TemporaryDirectory(prefix="openslot-log-")
    _log_into(Path(folder.name) / "tests.log")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Looks for what was noted. A process beside others leaves it to the first to tell."""
    _found.extend(WATCH.found())
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["leaks"] = _found
    elif _found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What another process has found."""
    _found.extend(getattr(node, "workeroutput", {}).get("leaks", ()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Says where it is."""
    if _found:
        terminalreporter.section("secrets in logs", red=True)
        for place in _found[:20]:
            terminalreporter.line(place)
        terminalreporter.line(f"{len(_found)} lines of logs hold something secret")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Closes the log."""
    WATCH.active = False
    folder = config.stash.get(_FOLDER, None)
    if folder is not None:
        folder.cleanup()


_FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def _note_what_is_made() -> None:
    # Sessions, invitations, codes, the cookies of forms; and the verifiers of tests
    secrets.token_urlsafe = observed("a random text", secrets.token_urlsafe)
    for module in (client_secrets, secret_rotation):
        module.new_secret = observed("a client secret", module.new_secret)  # type: ignore[attr-defined]
    totp.new_secret = observed("the secret of a second factor", totp.new_secret)
    sign_in_ticket.make = observed("what stands for a password", sign_in_ticket.make)
    refresh_tokens.text_of = observed("a refresh token", refresh_tokens.text_of)
    KeyRing.sign = observed("an access token", KeyRing.sign)  # type: ignore[method-assign]
    FormTokens.make = observed("the token of a form", FormTokens.make)  # type: ignore[method-assign]


def _note_what_is_typed() -> None:
    hash_, verifies = Passwords.hash, Passwords.verifies

    async def hashing(self: Passwords, text: str) -> str:
        WATCH.phrase("a password", text)
        return await hash_(self, text)

    async def verifying(self: Passwords, digest: str | None, text: str) -> bool:
        WATCH.phrase("a password", text)
        return await verifies(self, digest, text)

    Passwords.hash = hashing  # type: ignore[method-assign]
    Passwords.verifies = verifying  # type: ignore[method-assign]


def _log_into(path: Path) -> None:
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
