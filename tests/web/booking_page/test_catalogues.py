"""The page's words, complete in each language that it speaks."""

import ast
import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from openslot.account_file.booking_page.page_languages import WRITTEN

ROOM = Path(str(resources.files("openslot.web.booking_page")))
_TEXT = re.compile(r"""\bsay\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
_COUNT = re.compile(r'\bcount\(\s*"([^"]*)",\s*"([^"]*)"')
PLACEHOLDER = re.compile(r"\{\w+\}")


def texts() -> set[str]:
    """Every text that the page says."""
    found: set[str] = set()
    for template in ROOM.glob("templates/*.html"):
        source = template.read_text("utf-8")
        found |= {one or other for one, other in _TEXT.findall(source)}
        found |= {text for both in _COUNT.findall(source) for text in both[:1]}
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = node.args[0]
            says = name in ("say", "_say") or (name == "count" and len(node.args) == 3)
            if says and isinstance(first, ast.Constant):
                found.add(str(first.value))
    return found


@pytest.mark.parametrize("language", [language for language in WRITTEN if language != "en"])
def test_a_catalogue_has_every_text_and_no_other(language: str) -> None:
    with (ROOM / "language" / "locale" / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    translated = {}
    for one in catalogue:
        if not one.id:
            continue
        plural = isinstance(one.id, tuple)
        translated[one.id[0] if plural else one.id] = (one.id, one.string)
    said = texts()
    assert len(said) > 90
    assert said - set(translated) == set()
    assert set(translated) - said == set()
    for original, translation in translated.values():
        pairs = (
            zip(original, translation, strict=True)
            if isinstance(original, tuple)
            else [(original, translation)]
        )
        for english, other in pairs:
            assert other
            assert sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(other))
