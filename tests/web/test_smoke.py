import pytest
from .site import Site
pytestmark = pytest.mark.anyio

async def test_it(shared: Site) -> None:
    r = await shared.call("GET", "/services"); print(r.text[:1000], r.headers)
    a = await shared.book(); print(a)
    r = await shared.call("GET", "/serviceCombination/branch"); print(r.text)
async def test_two(site: Site) -> None:
    a = await site.book()
