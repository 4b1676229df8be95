"""The reference and the pages of error codes."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from openslot.web.docs.error_codes import all_codes

from .contract import ADMIN_API, BOOKING_API, Contract, check_problem
from .site import Site

pytestmark = pytest.mark.anyio


class Outline(HTMLParser):
    """Ids, links, and whatever could load or run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.others: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sorts what it finds."""
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name == "href":
                self.links.append(value or "")
            elif name in ("src", "srcset", "style", "action") or name.startswith("on"):
                self.others.append(f"{tag} {name}")
        if tag in ("script", "link", "img", "iframe", "form", "object", "embed"):
            self.others.append(tag)


async def page(site: Site, path: str) -> tuple[httpx.Response, Outline]:
    """A page, which needs no token, and what is in it."""
    answer = await site.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    outline = Outline(answer.text)
    assert outline.others == []
    assert len(set(outline.ids)) == len(outline.ids)
    inside = [link for link in outline.links if link.startswith("#")]
    assert {link[1:] for link in inside} <= set(outline.ids)
    assert [link for link in outline.links if not link.startswith(("/", "#"))] == []
    return answer, outline


@pytest.mark.slow
@pytest.mark.parametrize(("path", "api"), [("/docs", BOOKING_API), ("/docs/admin", ADMIN_API)])
async def test_the_references(shared: Site, path: str, api: Contract) -> None:
    """Every call, code and shape is on it, and every link leads somewhere."""
    answer, outline = await page(shared, path)
    for operation in api.operations:
        assert api.described(operation)["operationId"] in outline.ids
        assert operation.path in answer.text
    for name in api.document["components"]["schemas"]:
        assert f"shape-{name}" in outline.ids
    pages = {link for link in outline.links if link.startswith("/")}
    assert pages
    for link in pages:
        assert (await shared.http.get(link)).status_code == 200, link
    assert answer.text.count("curl") > len(api.operations)
    assert "None" not in re.sub(r"If-None-Match|<style>.*</style>", "", answer.text, flags=re.S)


WRITTEN_AT_FIRST_SIGHT = [
    pytest.param(path, marks=pytest.mark.slow) for path in ("/docs", "/docs/admin")
]


@pytest.mark.parametrize("path", ["/problems", "/problems/not_found", *WRITTEN_AT_FIRST_SIGHT])
async def test_pages_are_kept_by_their_etag(shared: Site, path: str) -> None:
    """And nothing but reading is possible."""
    first = await shared.http.get(path)
    etag = {"If-None-Match": first.headers["etag"]}
    assert (await shared.http.get(path, headers=etag)).status_code == 304
    assert (await shared.http.head(path)).headers["etag"] == first.headers["etag"]
    refused = await shared.http.post(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
    check_problem(refused)


@pytest.mark.parametrize("code", all_codes())
async def test_every_code_has_a_page(shared: Site, code: str) -> None:
    """With its title and a sentence on what to do."""
    answer, _ = await page(shared, f"/problems/{code}")
    assert f"<code>{code}</code>" in answer.text
    assert all_codes()[code].meanings
    for meaning in all_codes()[code].meanings:
        assert meaning.status >= 400
        assert meaning.title
        assert meaning.advice.endswith((".", "…"))
        assert "subclass" not in meaning.advice


@pytest.mark.parametrize("code", ["nothing", "NOT_FOUND", "not_found%0A", "...", "%00", "a/b", ""])
async def test_other_codes_have_none(shared: Site, code: str) -> None:
    """404, as a problem."""
    url = shared.http.base_url.copy_with(raw_path=f"/problems/{code}".encode())
    answer = await shared.http.get(url)
    assert answer.status_code == 404
    check_problem(answer)


async def test_the_type_of_an_error_is_its_page(shared: Site) -> None:
    """RFC 9457 §3.1.1: dereferencing it gives documentation."""
    answer = await shared.call("GET", "/branches/x")
    linked = await shared.http.get(answer.json()["type"])
    assert linked.status_code == 200
    assert "not_found" in linked.text
