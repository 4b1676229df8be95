"""What a guide has for pasting: the lines for a shell, and the files to save beside them."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from journeys.serving import Installation

DOCS = Path(__file__).parents[2] / "docs"
_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# A line that begins with a file's name, and then a block in another language
_FILE = re.compile(r"^`([\w.]+)`[^\n]*:\n\n```(?!sh)\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ROW = re.compile(r"^\| (?!---)(.*) \|$", re.MULTILINE)


@dataclass(frozen=True)
class Guide:
    """One page, as somebody who pastes sees it."""

    text: str
    script: str = field(init=False)  # every line for a shell, in their order
    files: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "script", "".join(_SHELL.findall(self.text)))
        object.__setattr__(self, "files", dict(_FILE.findall(self.text)))

    def rows(self, first_heading: str) -> list[list[str]]:
        """The cells of every table whose first column is headed so, row by row."""
        found, inside = [], False
        for line in self.text.splitlines():
            row = _ROW.fullmatch(line)
            if row is None:
                inside = inside and line.startswith("| ---")
            elif inside:
                found.append(row[1].split(" | "))
            else:
                inside = row[1].split(" | ")[0] == first_heading
        assert found, f"no table begins with {first_heading}"
        return found


def guide(name: str) -> Guide:
    """A page of docs."""
    return Guide((DOCS / name).read_text(encoding="utf-8"))


def shell_environment(installation: Installation, **more: str) -> dict[str, str]:
    """That of an operator's shell, in which `openslot`, `python3` and `node` are ours."""
    programs = Path(sys.executable).parent
    path = f"{programs}:{installation.environment['PATH']}"
    return {**installation.environment, "PATH": path, **more}


def run_lines(installation: Installation, script: str) -> str:
    """Pastes lines into a shell that stops at the first one that fails; what they printed."""
    done = subprocess.run(
        ["timeout", "300", "bash", "-euo", "pipefail"],
        input=script,
        env=shell_environment(installation),
        cwd=installation.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
