"""An operator at a terminal: an own folder, an own database, the real program in this process."""

import base64
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from openslot.cli.main import program

from .files import account_file

COMMAND = typer.main.get_command(program)


@dataclass(frozen=True)
class Result:
    """What a command has printed and how it ended."""

    exit_code: int | str | None
    stdout: str
    stderr: str


@dataclass
class Operator:
    """Runs commands; `folder` holds the database and the files."""

    folder: Path
    environment: dict[str, str]

    def runs(self, *arguments: str, code: int = 0, stdin: str | None = None) -> Result:
        """Runs `openslot …` and expects an exit code; nothing may end in a traceback."""
        # `CliRunner.invoke` makes all commands anew for every call.
        with CliRunner().isolation(input=stdin) as (stdout, stderr, _):
            with pytest.raises(SystemExit) as ended:
                COMMAND.main(arguments, "openslot")
            sys.stdout.flush()
            sys.stderr.flush()
            printed = stdout.getvalue().decode(), stderr.getvalue().decode()
        result = Result(ended.value.code, *printed)
        assert result.exit_code == code, result
        return result

    def asks(self, *arguments: str) -> Any:
        """The JSON that a command prints."""
        return json.loads(self.runs(*arguments, "--json").stdout)

    def writes(self, name: str, text: str) -> str:
        """A file in the folder; returns its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    @property
    def database(self) -> Path:
        """The database's file."""
        return self.folder / "openslot.db"


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Operator]:
    """An operator before the first command."""
    for variable in [name for name in os.environ if name.startswith("OPENSLOT_")]:
        monkeypatch.delenv(variable)
    environment = {
        "OPENSLOT_DATABASE_URL": f"sqlite:///{tmp_path / 'openslot.db'}",
        "OPENSLOT_MASTER_KEY": base64.b64encode(os.urandom(32)).decode(),
    }
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(tmp_path)
    yield Operator(tmp_path, environment)


@pytest.fixture
def operator(newcomer: Operator) -> Operator:
    """An operator with a migrated database and the account acme."""
    newcomer.runs("migrate")
    newcomer.runs("apply", newcomer.writes("acme.yaml", account_file("acme")))
    return newcomer
