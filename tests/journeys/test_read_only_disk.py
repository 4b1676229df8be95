"""A disk that can only be read: nothing starts, nothing changes, and the reason is said."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .serving import Installation, installed
from .town import account_file

pytestmark = pytest.mark.slow

COMMANDS = (
    ("serve", "--port", "18399"),
    ("migrate",),
    ("apply", "-"),
    ("verify",),
    ("backup", "/nowhere/copy.db"),
    ("export", "acme"),
)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of the test's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or _mount("-t", "tmpfs", "-o", "size=64m", "none", str(folder)):
        pytest.skip("mounting a disk takes a privilege that is not here")
    yield folder
    subprocess.run(("umount", str(folder)), check=True)


def test_nothing_starts_and_the_reason_is_said(disk: Path) -> None:
    installation = installed(disk, account_file())
    before = _content(disk)
    assert not _mount("-o", "remount,ro", str(disk))
    for command in COMMANDS:
        refused = _run(installation, *command)
        assert refused.returncode == 1, command
        (line,) = refused.stderr.splitlines()
        assert line.startswith(f"openslot: The database at {installation.database} cannot be ")
        assert f"the folder {installation.database.parent} cannot be written" in line
    assert _content(disk) == before
    assert not _mount("-o", "remount,rw", str(disk))
    assert installation.verify()


def _run(installation: Installation, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (*installation.program, *command),
        env={**os.environ, **installation.environment},
        input="{account: acme, name: Acme}",
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


def _mount(*words: str) -> int:
    return subprocess.run(("mount", *words), check=False, capture_output=True).returncode


def _content(folder: Path) -> dict[str, int]:
    return {str(f): f.stat().st_size for f in folder.rglob("*") if f.is_file()}
