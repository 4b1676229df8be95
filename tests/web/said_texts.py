"""Which texts the pages of a room say, read from its templates and its code."""

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

_TEXT = re.compile(r"""\bsay\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_COUNT = re.compile(r'\bcount\(\s*"([^"]*)",\s*"([^"]*)"')
PLACEHOLDER = re.compile(r"\{\w+\}")


def said_texts(room: Path) -> set[str]:
    """Every text that the pages of a room say."""
    found: set[str] = set()
    for template in room.rglob("templates/*.html"):
        source = template.read_text("utf-8")
        found |= {one or other for one, other in _TEXT.findall(source)}
        found |= {text for both in _COUNT.findall(source) for text in both[:1]}
    for file in room.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            says = name in ("say", "_say") or (name == "count" and len(node.args) == 3)
            if says and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


def translated_texts(file: Path, language: str) -> set[str]:
    """The texts that a catalogue translates, each with the placeholders of the English."""
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language)
    found = set()
    for one in catalogue:
        if not one.id:
            continue
        plural = isinstance(one.id, tuple)
        found.add(one.id[0] if plural else one.id)
        pairs = zip(one.id, one.string, strict=True) if plural else [(one.id, one.string)]
        for english, other in pairs:
            assert other, f"{file.name}: {english!r} is not translated"
            assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(other)), other
    return found
