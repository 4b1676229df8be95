"""Which addresses there are, and that there is nothing beside them."""

import pytest

from .contract import check_problem
from .site import Site

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("first", ["Services", "SERVICES", "sErViCeS"])
async def test_the_first_segment_is_taken_in_any_case(shared: Site, first: str) -> None:
    """As in the published paths (/Appointments/…)."""
    answer = await shared.call("GET", f"/{first}")
    assert answer.status_code == 200
    passport = shared.id("service", "passport")
    assert (await shared.call("GET", f"/{first}/{passport}")).status_code == 200


async def test_published_paths_with_capitals(shared: Site) -> None:
    """The whole flow of somebody who writes them so."""
    made = await shared.call("POST", "/Reservations", shared.reservation())
    reservation = made.json()["appointmentId"]
    path = f"/Reservations/{reservation}/confirm"
    assert (await shared.call("POST", path, shared.person())).status_code == 201
    answer = await shared.call("GET", f"/ServiceCombination/appointments/{reservation}")
    assert answer.status_code == 200
    assert (await shared.call("DELETE", f"/Appointments/{reservation}")).status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/services/",
        "//services",
        "/services//",
        "/services%0A",
        "/services%0D",
        "/services%20",
        "/services;x=1",
        "/services/groups%2F",
        "/appointments",
        "/appointments/search/x",
        "/reservations/x/Confirm",
        "/nothing",
        "/serv%C4%B1ces",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_nothing_is_there(shared: Site, method: str, path: str) -> None:
    """404 without redirect, whatever the method."""
    url = str(shared.http.base_url.copy_with(raw_path=f"/external/v1{path}".encode()))
    answer = await shared.http.request(method, url, headers=shared.bearer())
    assert answer.status_code == 404, answer.text
    assert "location" not in answer.headers
    check_problem(answer)


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("POST", 405), ("DELETE", 405)])
async def test_what_reads_as_the_path_of_one_service(
    shared: Site, method: str, status: int
) -> None:
    answer = await shared.call(method, "/services/Groups")
    assert answer.status_code == status
    assert "location" not in answer.headers
    check_problem(answer)


@pytest.mark.parametrize("path", ["/external/v2/services", "/External/v1/services", "/services"])
async def test_other_prefixes(shared: Site, path: str) -> None:
    """Only the first segment behind the prefix is taken in any case."""
    answer = await shared.http.get(path, headers=shared.bearer())
    assert answer.status_code == 404
    check_problem(answer)
