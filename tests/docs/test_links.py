"""Links between our own pages lead somewhere, to a heading too; every page can be found."""

import re
from pathlib import Path

import pytest

from .pages import PAGES, ROOT, name_of

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_INDEX = ROOT / "docs" / "README.md"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_relative_links_exist(page: Path) -> None:
    missing = []
    for link in _links(page):
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (heading and heading not in _anchors(target)):
            missing.append(link)
    assert not missing


def test_the_index_lists_every_page_of_the_manual() -> None:
    """Each once."""
    listed = [(_INDEX.parent / link).resolve() for link in _links(_INDEX) if link.endswith(".md")]
    kinds = ("tutorials", "how-to", "reference", "explanation")
    pages = [page for kind in kinds for page in (ROOT / "docs" / kind).iterdir()]
    assert pages
    assert sorted(link for link in listed if link.parent.name in kinds) == sorted(pages)


def _links(page: Path) -> list[str]:
    text = _CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))
    return [link for link in _LINK.findall(text) if "://" not in link]


def _anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub and most renderers make addresses of them."""
    text = _CODE_BLOCK.sub("", page.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
