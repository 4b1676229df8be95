"""Rate limits: counted per client and address, with Retry-After."""

import pytest

from .conftest import Start
from .contract import check_problem
from .site import Site

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("limits_clock")]


async def statuses(site: Site, count: int, **more: str) -> list[int]:
    """Of so many requests, one after the other."""
    return [(await site.call("GET", "/branches", **more)).status_code for _ in range(count)]


async def test_requests_of_a_client(start: Start) -> None:
    """Each client has its own."""
    async with start(requests_per_second_and_client=5) as site:
        assert await statuses(site, 7) == [200] * 5 + [429] * 2
        assert await statuses(site, 3, client="other") == [200] * 3
        answer = await site.call("GET", "/branches")
        assert answer.json()["code"] == "rate_limited"
        assert answer.headers["retry-after"] == "1"
        check_problem(answer)


async def test_requests_of_an_address(start: Start) -> None:
    """Not counted for sandbox accounts."""
    async with start(requests_per_second_and_address=4) as site:
        assert await statuses(site, 6) == [200] * 6
        real = [await statuses(site, 2, account="globex", client=c) for c in ("full", "book")]
        assert real == [[200, 200], [200, 200]]
        assert await statuses(site, 2, account="globex", client="other") == [429] * 2


async def test_an_address_is_counted_however_it_is_written(start: Start) -> None:
    """An IPv6 one by its network."""
    houses = [
        ["192.0.2.1", "::ffff:192.0.2.1", "[::FFFF:c000:201]:80", "192.0.2.1:4711"],
        ["2001:db8:1:1::1", "2001:DB8:1:1::2", "[2001:db8:1:1::3]:80", "2001:db8:1:1:f::%eth0"],
    ]
    async with start(requests_per_second_and_address=3) as site:
        for spellings in houses:
            found = []
            for address in spellings:
                site.http._transport.client = (address, 1)  # type: ignore[attr-defined]
                found += await statuses(site, 1, account="globex")
            assert found == [200] * 3 + [429]


async def test_searches(start: Start) -> None:
    """Retry-After is when the next one is let through, rounded up."""
    async with start(searches_per_minute_and_client=2) as site:
        body = {"customer": {"personalIdentifier": "Search123456"}}
        for path in ("/appointments/search", "/serviceCombination/appointments/search"):
            assert (await site.call("POST", path, body)).status_code == 200
        answer = await site.call("POST", "/appointments/search", body)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
        assert await statuses(site, 3) == [200] * 3


async def test_live_reservations(start: Start) -> None:
    """A client holds at most so many; released ones do not count."""
    async with start(max_live_reservations_per_client=2) as site:
        held = [await site.reserve() for _ in range(2)]
        answer = await site.call("POST", "/reservations", site.reservation())
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_reservations")
        assert 890 <= int(answer.headers["retry-after"]) <= 900
        check_problem(answer)
        await site.reserve(client="other")
        await site.call("DELETE", f"/reservations/{held[0]['appointmentId']}")
        await site.reserve()
