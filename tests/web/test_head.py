"""HEAD answers wherever GET does, and `Allow` says so (RFC 9110 §9.3.2, §10.2.1)."""

import pytest
from starlette.routing import Route

from openslot.web.later_routes import all_routes

from .site import Site

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

# What stands in a path so that something is there; other parameters are ids that nobody has
GIVEN = {"account": "acme", "code": "not_found"}
NOBODYS = "01890000-0000-7000-8000-000000000000"
ADMIN = "/admin/v1/"


def addresses(site: Site) -> list[str]:
    """An address of every route."""
    routes = [route for route in all_routes(site.app) if isinstance(route, Route)]
    found = []
    for route in routes:
        names = {name: GIVEN.get(name, NOBODYS) for name in route.param_convertors}
        found.append(route.path_format.format(**names))
    return sorted(set(found))


async def test_head_is_get_without_the_content(shared: Site) -> None:
    """The same status and the same headers, for pages, documents and calls."""
    compared = 0
    for address in addresses(shared):
        headers = shared.bearer() if address.startswith(("/external/", ADMIN)) else {}
        got = await shared.http.get(address, headers=headers)
        head = await shared.http.head(address, headers=headers)
        assert head.status_code == got.status_code, address
        if got.status_code == 405:
            assert not {"GET", "HEAD"} & set(head.headers["allow"].split(", ")), address
            continue
        compared += 1
        changing = {"date", "x-request-id", "set-cookie", "content-length"}
        for name in {*got.headers, *head.headers} - changing:
            assert head.headers.get(name) == got.headers.get(name), (address, name)
    assert compared > 40


async def test_allow_names_head_where_it_names_get(shared: Site) -> None:
    """On every 405."""
    refused = 0
    for address in addresses(shared):
        answer = await shared.http.request("BREW", address, headers=shared.bearer())
        if answer.status_code == 405:
            refused += 1
            allowed = set(answer.headers["allow"].split(", "))
            assert ("HEAD" in allowed) == ("GET" in allowed), address
            got = await shared.http.get(address, headers=shared.bearer())
            assert ("GET" in allowed) == (got.status_code != 405), address
    assert refused > 40


@pytest.mark.parametrize("address", ["/accounts/acme/sign-in", "/accounts/acme/me"])
async def test_a_page_has_no_content(shared: Site, address: str) -> None:
    """Its length is said."""
    got, head = await shared.http.get(address), await shared.http.head(address)
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"]
