"""Cursors and pages of lists."""

import base64

import pytest

from openslot.kernel.page import Page, read_page
from openslot.web.http.paging import BY_ID, BY_START, link_header

ITEM = "01890000-0000-7000-8000-000000000000"


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_a_cursor_is_read_as_it_was_written() -> None:
    """Whatever its length, so whatever padding it lacks."""
    for start in (0, 7, 28_000_000, 10**9):
        assert BY_START.read(BY_START.write(start, ITEM)) == (start, ITEM)
    assert BY_ID.read(BY_ID.write("2027-01-04")) == ("2027-01-04",)


def test_cursors_of_earlier_versions_are_read() -> None:
    """Clients may hold one across an upgrade."""
    assert BY_START.read(_encoded(f"28000000\n{ITEM}")) == (28_000_000, ITEM)
    assert BY_START.read(_encoded(f"28000000.{ITEM}")) == (28_000_000, ITEM)


@pytest.mark.parametrize(
    "cursor",
    [
        *("!", "x", "é", "/w", BY_ID.write(ITEM), _encoded("1\nx"), _encoded("x\n" + ITEM)),
        *(_encoded(f"-1\n{ITEM}"), _encoded(f"1\n{ITEM}\n2"), _encoded(f"²\n{ITEM}")),
        _encoded(f"{10**16}\n{ITEM}"),
    ],
)
def test_anything_else_is_no_cursor(cursor: str) -> None:
    """It is refused before the list is read."""
    with pytest.raises(ValueError):
        BY_START.read(cursor)


@pytest.mark.parametrize(
    ("limit", "page"),
    [
        (2, Page([0, 1], has_more=True)),
        (3, Page([0, 1, 2], has_more=False)),
        (4, Page([0, 1, 2], has_more=False)),
    ],
)
def test_one_item_more_tells_whether_others_follow(limit: int, page: Page[int]) -> None:
    """And is left out."""
    assert read_page(limit, lambda most: list(range(3))[:most]) == page


def test_the_next_page_is_asked_for_likewise() -> None:
    """RFC 8288; after the last page there is none."""
    page = Page([7, 8], has_more=True)
    link = link_header(page, "https://x.example/y", {"limit": "2", "key": "a b"}, str)
    assert link == {"Link": '<https://x.example/y?limit=2&key=a+b&cursor=8>; rel="next"'}
    assert link_header(Page([7, 8]), "https://x.example/y", {}, str) == {}
