"""A customer's appointments: order, filters, pages."""

import pytest

from .contract import faults
from .site import API, PERSON, Site
from .world import PUBLIC_URL

pytestmark = pytest.mark.anyio
SEARCH = "/appointments/search"


async def booked(site: Site, identifier: str, count: int) -> list[str]:
    """Starts of one person's appointments, newest first."""
    starts = []
    for _ in range(count):
        held = await site.reserve()
        path = f"/reservations/{held['appointmentId']}/confirm"
        answer = await site.call("POST", path, site.person(personalIdentifier=identifier))
        starts.append(answer.json()["timeSlot"]["startTime"])
    return starts[::-1]


async def test_pages(shared: Site) -> None:
    """A Link leads to the next page with the same body; the cursor may stand in the body too."""
    starts = await booked(shared, "Pages123456", 7)
    body = {"customer": {"personalIdentifier": "Pages123456"}, "limit": 3}
    found, url, sizes, links = [], API + SEARCH, [], []
    while url:
        answer = await shared.http.post(url, json=body, headers=shared.bearer())
        assert answer.status_code == 200, answer.text
        found += [a["timeSlot"]["startTime"] for a in answer.json()]
        sizes.append(len(answer.json()))
        links.append(answer.headers.get("link", ""))
        url = links[-1][1:].partition(">")[0]
    assert (found, sizes) == (starts, [3, 3, 1])
    first, second, last = links
    assert last == ""
    for link in (first, second):
        assert link.startswith(f"<{PUBLIC_URL}{API}{SEARCH}?")
        assert link.endswith('>; rel="next"')
    cursor = first.partition("cursor=")[2].partition(">")[0]
    again = await shared.call("POST", SEARCH, {**body, "cursor": cursor})
    assert [a["timeSlot"]["startTime"] for a in again.json()] == starts[3:6]


async def test_filters(shared: Site) -> None:
    """From inclusive, to exclusive; cancelled ones only when asked for."""
    starts = await booked(shared, "Filters12345", 3)
    body = {"customer": {"personalIdentifier": "Filters12345"}}
    some = await shared.call("POST", SEARCH, {**body, "from": starts[1], "to": starts[0]})
    assert [a["timeSlot"]["startTime"] for a in some.json()] == starts[1:2]
    await shared.call("DELETE", f"/appointments/{some.json()[0]['appointmentId']}")
    left = await shared.call("POST", SEARCH, body)
    assert [a["timeSlot"]["startTime"] for a in left.json()] == [starts[0], starts[2]]
    gone = await shared.call("POST", SEARCH, {**body, "status": "CANCELLED"})
    assert [a["timeSlot"]["startTime"] for a in gone.json()] == starts[1:2]
    none = await shared.call("POST", SEARCH, {**body, "status": "ARRIVED"})
    assert none.json() == []
    foreign = await shared.call("POST", SEARCH, body, account="globex")
    assert foreign.json() == []
    assert "link" not in foreign.headers


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"status": "GONE"}, "/status", "invalid_value"),
        ({"limit": 0}, "/limit", "out_of_range"),
        ({"limit": 201}, "/limit", "out_of_range"),
        ({"limit": "5"}, "/limit", "wrong_type"),
        ({"cursor": "x"}, "/cursor", "invalid_value"),
        ({"cursor": ""}, "/cursor", "invalid_value"),
        ({"cursor": "é"}, "/cursor", "invalid_value"),
        ({"cursor": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkueA"}, "/cursor", "invalid_value"),
        ({"customer": {}}, "/customer/personalIdentifier", "required"),
        ({"customer": PERSON}, "/customer/email", "unknown_field"),
        ({"from": "2027-01-05"}, "/from", "invalid_time"),
        ({"from": "2027-01-05T00:00Z", "to": "2027-01-04T00:00Z"}, "/to", "invalid_value"),
    ],
)
async def test_faults(shared: Site, more: dict[str, object], pointer: str, code: str) -> None:
    """Each where it stands."""
    body = {"customer": {"personalIdentifier": "Faults123456"}, **more}
    assert faults(await shared.call("POST", SEARCH, body))[pointer] == code
