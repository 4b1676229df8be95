"""The product's files as their syntax trees, read once."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import openslot

SOURCE = Path(openslot.__file__).parent
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class File:
    """One module."""

    path: Path

    @property
    def name(self) -> str:
        """As `ls` shows it below the product's folder: `kernel/clock.py`."""
        return self.path.relative_to(SOURCE).as_posix()

    @property
    def text(self) -> str:
        """What it holds."""
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return _tree(self.path)

    def imported(self) -> Iterator[str]:
        """The modules that it imports, those inside functions and for types alone included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module is not None:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def named(self) -> Iterator[tuple[int, str]]:
        """Every name that the file gives to something: line and name."""
        for node in ast.walk(self.tree):
            match node:
                case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                    yield node.lineno, node.name
                case ast.arg():
                    yield node.lineno, node.arg
                case ast.Name(ctx=ast.Store()):
                    yield node.lineno, node.id
                case ast.Attribute(ctx=ast.Store()):
                    yield node.lineno, node.attr


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def files() -> tuple[File, ...]:
    """Every module of the product, by path."""
    found = tuple(File(path) for path in sorted(SOURCE.rglob("*.py")))
    assert len(found) > 300, "the product's folder was not found"
    return found


@cache
def folders() -> tuple[Path, ...]:
    """Every folder that holds modules."""
    return tuple(sorted({file.path.parent for file in files()}))


def words(name: str) -> list[str]:
    """The words of a name in lowercase: `is_onGrid` is `is`, `on`, `grid`."""
    return [word.lower() for word in _WORD.findall(name)]
