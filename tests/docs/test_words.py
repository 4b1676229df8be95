"""The pages are written in the words of STYLE.md."""

import re
from pathlib import Path

import pytest

from .pages import PAGES, ROOT, name_of

_STYLE = ROOT / "STYLE.md"
_NOT_OURS = {_STYLE, ROOT / "ARCHITECTURE.md"}


def _phrases() -> list[str]:
    """What STYLE.md says not to write in prose."""
    table = _STYLE.read_text(encoding="utf-8").split("### In prose\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| (.*?) \| .* \|$", table, re.MULTILINE)
    assert rows[:2] == ["instead of", "---"]
    return [phrase for row in rows[2:] for phrase in row.split("; ")]


@pytest.mark.parametrize("page", sorted({*PAGES} - _NOT_OURS), ids=name_of)
def test_a_page_says_it_in_the_words_of_the_style(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    phrases = _phrases()
    assert "past its time" in phrases
    said = [p for p in phrases if re.search(rf"\b{re.escape(p)}\b", text, re.IGNORECASE)]
    assert not said


def test_the_code_says_it_in_the_words_of_the_style() -> None:
    """Docstrings, comments and texts of the program."""
    sources = sorted((ROOT / "src").rglob("*.py"))
    assert len(sources) > 300
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, _phrases()))})\b", re.IGNORECASE)
    said = {
        file.relative_to(ROOT).as_posix(): found
        for file in sources
        if (found := pattern.findall(file.read_text(encoding="utf-8")))
    }
    assert said == {}
