"""The product's files as their syntax trees, read once."""

import ast
import re
from dataclasses import dataclass, field
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
        return _contents(self.path).tree

    @property
    def imported(self) -> tuple[str, ...]:
        """The modules that it imports, those inside functions and for types alone included."""
        return tuple(_contents(self.path).imported)

    @property
    def named(self) -> dict[str, int]:
        """Every name that the file gives to something, with the first line that does."""
        return _contents(self.path).named


@dataclass
class _Contents:
    tree: ast.Module
    imported: list[str] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)


@cache
def _contents(path: Path) -> _Contents:
    """Reads and walks a file once, whoever asks for what: that is most of the time here."""
    contents = _Contents(ast.parse(path.read_text(encoding="utf-8")))
    for node in ast.walk(contents.tree):
        match node:
            case ast.Import():
                contents.imported += (alias.name for alias in node.names)
            case ast.ImportFrom(module=str(module)):
                contents.imported.append(module)
                contents.imported += (f"{module}.{alias.name}" for alias in node.names)
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                contents.named.setdefault(node.name, node.lineno)
            case ast.arg():
                contents.named.setdefault(node.arg, node.lineno)
            case ast.Name(ctx=ast.Store()):
                contents.named.setdefault(node.id, node.lineno)
            case ast.Attribute(ctx=ast.Store()):
                contents.named.setdefault(node.attr, node.lineno)
    return contents


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
