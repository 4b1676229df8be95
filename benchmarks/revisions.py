"""Source trees of the product, and the command `openslot` of each.

Every tree runs in the interpreter of this checkout's `.venv`, so that only the product differs.
"""

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_CHECKOUT = Path(__file__).parent.parent
# The virtual environment knows this checkout as `openslot`, so the folder of the tree is put in
# front of it, and every process makes sure that it has loaded the right one.
_PROGRAM = """
import sys
sys.path.insert(0, {source!r})
import openslot
if not openslot.__file__.startswith({source!r}):
    sys.exit("loaded from " + openslot.__file__ + " instead of " + {source!r})
from {module} import {function}
sys.exit({function}())
"""


class NoSuchRevision(Exception):
    """Git does not know it; the text is what Git said."""


@dataclass(frozen=True)
class Tree:
    """A source tree, complete enough to run the product."""

    name: str
    folder: Path

    @property
    def program(self) -> tuple[str, ...]:
        """The command `openslot` of this tree, from the entry point that its pyproject names."""
        project = tomllib.loads((self.folder / "pyproject.toml").read_text())
        module, _, function = project["project"]["scripts"]["openslot"].partition(":")
        source = str(self.folder / "src")
        text = _PROGRAM.format(source=source, module=module, function=function)
        return (sys.executable, "-P", "-c", text)  # -P: nothing from the current folder


def checkout() -> Tree:
    """This checkout as it stands, with what is not committed yet."""
    return Tree("this", _CHECKOUT)


@contextmanager
def revision(name: str) -> Iterator[Tree]:
    """The tree of a revision, in a folder that is removed afterwards.

    Raises:
        NoSuchRevision: it is not in this repository.
    """
    with TemporaryDirectory(prefix="openslot-revision-") as folder:
        archive = _git("archive", "--format=tar", f"{name}^{{commit}}", "src", "pyproject.toml")
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
        commit = _git("rev-parse", "--short", f"{name}^{{commit}}").decode().strip()
        yield Tree(commit, Path(folder))


def _git(*arguments: str) -> bytes:
    done = subprocess.run(
        ["git", *arguments], cwd=_CHECKOUT, capture_output=True, check=False, timeout=60
    )
    if done.returncode != 0:
        raise NoSuchRevision(done.stderr.decode(errors="replace").strip())
    return done.stdout
