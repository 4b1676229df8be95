"""The first page of an installation, and what browsers see at unknown addresses."""

import pytest

from ..site import Site
from .conftest import PAGE, Open

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("*/*", False),
        ("application/json", False),
        ("application/json, text/html;q=0.9", False),
        ("", False),
    ],
)
async def test_an_unknown_address(shared: Site, accept: str, is_page: bool) -> None:
    answer = await shared.http.get("/nothing/here", headers={"Accept": accept})
    assert answer.status_code == 404
    kind = "text/html" if is_page else "application/problem+json"
    assert answer.headers["content-type"].startswith(kind)


async def test_an_unknown_thing_of_an_api_is_a_problem(shared: Site) -> None:
    answer = await shared.http.get("/external/v1/services", headers={"Accept": BROWSER})
    assert answer.headers["content-type"] == "application/problem+json"


async def test_pages_that_want_to_be_listed_are(opened: Open) -> None:
    async with opened({**PAGE, "listed": True}) as booking:
        answer = await booking.site.http.get("/")
        assert answer.status_code == 200
        assert '<a href="/book/acme">Town of Acme</a>' in answer.text
        assert "globex" not in answer.text
        assert "/docs" in answer.text
        await booking.admin.call("PATCH", "/account", {"bookingPage": {"enabled": False}})
        assert "Acme" not in (await booking.site.http.get("/")).text
