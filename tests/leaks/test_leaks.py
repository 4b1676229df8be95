"""The search for secrets in logs finds what is there, in every form, wherever it is logged."""

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from .watch import Watch

TESTS = Path(__file__).parents[1]
SECRET = "kX3_-q8Zr5LwT1vB9nYd2HsJ6mPf4GcA0eUoRi7Wt"
PASSWORD = 'a "quoted" grüner Baum'


def found(line: str) -> list[str]:
    """What is found in a line, after the two were noted."""
    watch = Watch(active=True)
    watch.secret("a random text", SECRET)
    watch.phrase("a password", PASSWORD)
    return [kind for _, kind in watch.in_lines([line])]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f'{{"event": "request", "code": "{SECRET}"}}', "a random text"),
        (f"GET /x?a=b&code={SECRET}&c=d", "a random text"),
        (f"{{'cookie': '__Host-session-acme={SECRET}; Path=/'}}", "a random text"),
        (f"refused: {PASSWORD}", "a password"),
        ("password=a+%22quoted%22+gr%C3%BCner+Baum", "a password"),
        ('{"password": "a \\"quoted\\" gr\\u00fcner Baum"}', "a password"),
        ("secret osk_" + "Ab0" * 16, "a client secret"),
        ("Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "a JWT"),
        ("osr_" + "Ab0" * 20, "a refresh token"),
        ("?code=osc_" + "Ab-" * 14, "a code"),
        ("Authorization: Basic " + base64.b64encode(b"client:anything").decode(), "credentials"),
        (base64.b64encode(b"x" * 26 + b":osk_" + b"Ab0" * 16).decode(), "credentials"),
    ],
)
def test_what_is_secret_is_found(line: str, kind: str) -> None:
    assert found(line) == [kind]


@pytest.mark.parametrize(
    "line",
    [
        '{"requestId": "01a20f97-e3c7-74b1-bcdd-a9b72bc1cd02", "route": "/oauth2/token", "ms": 1}',
        '{"kid": "Mg9cE9xAukh5fu2l7Aa1tnpeMz7iiVGVtXRadfbDFXQ", "event": "keys"}',
        "Basic authentication failed; osk_ is how secrets begin",
    ],
)
def test_what_is_not_is_not(line: str) -> None:
    assert found(line) == []


LEAKING = {
    "ours": "structlog.get_logger('x').debug('made', value=new_secret()[4:])",
    "a library's": "logging.getLogger('starlette').debug('made %s', new_secret()[4:])",
    "an exception's": (
        "structlog.get_logger('x').error('made', exc_info=ValueError(new_secret()[4:]))"
    ),
    "a server's": "(log := tmp_path / 'log').write_text(new_secret()); WATCH.log(log)",
}


@pytest.mark.slow
@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_that_leaks_fails(tmp_path: Path, processes: str) -> None:
    """Though each of its tests passes; and it does not tell the secret once more."""
    tests = [
        f"def test_{number}(tmp_path):\n    {line}\n"
        for number, line in enumerate(LEAKING.values())
    ]
    imports = (
        "import logging, structlog\n"
        "from leaks.watch import WATCH\n"
        "from openslot.identity.clients.secret_rotation import new_secret\n"
    )
    (tmp_path / "test_leaking.py").write_text(imports + "".join(tests))
    done = _run(tmp_path, "-n", processes)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "4 passed" in done.stdout
    assert "4 lines of logs hold something secret" in done.stdout
    (tmp_path / "test_leaking.py").write_text(imports + "def test_nothing(): new_secret()\n")
    assert _run(tmp_path, "-n", processes).returncode == 0


def _run(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "leaks.plugin", "-p", "no:schemathesis", "-vq",
         "--rootdir", str(folder), *arguments, str(folder)],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )  # fmt: skip
