"""The table finds the route that trying one after the other finds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Match, Route

from openslot.web.http.serving.route_table import RouteTable


async def _nothing() -> None: ...


def route(path: str, **more: object) -> Route:
    made = Route(path, _nothing, **more)  # type: ignore[arg-type]
    made.methods = None
    return made


ROUTES = [
    route(path)
    for path in (
        "/services",
        "/services/groups",
        "/services/{serviceId}",
        "/services/{serviceId}/branches",
        "/services/groups/{groupId}/all",
        "/appointments/{appointmentId}/calendar.ics",
        "/{account}/me",
        "/all/me/{below:path}",
    )
]
TABLE = RouteTable()
TABLE.add(ROUTES)
_PARTS = st.sampled_from(
    [
        "services",
        "groups",
        "branches",
        "all",
        "me",
        "appointments",
        "calendar.ics",
        "x",
        "é",
        "",
        "{",
    ]
)


@given(st.lists(_PARTS, min_size=1, max_size=5))
def test_it_finds_what_trying_each_finds(parts: list[str]) -> None:
    path = "/" + "/".join(parts)
    scope = {"type": "http", "path": path, "method": "GET", "headers": []}
    tried = [(one, *one.matches(scope)) for one in ROUTES]
    fitting = [(one, child["path_params"]) for one, match, child in tried if match == Match.FULL]
    found = TABLE.find(path)
    assert (found is None) == (not fitting)
    if found is not None:
        assert found in fitting


@pytest.mark.parametrize(
    ("path", "wanted", "parameters"),
    [
        ("/services/groups", "/services/groups", {}),
        ("/services/groups/branches", "/services/{serviceId}/branches", {"serviceId": "groups"}),
        ("/services/groups/1/all", "/services/groups/{groupId}/all", {"groupId": "1"}),
        ("/services/me", "/services/{serviceId}", {"serviceId": "me"}),
    ],
)
def test_a_text_goes_before_a_parameter(path: str, wanted: str, parameters: dict[str, str]) -> None:
    found = TABLE.find(path)
    assert found is not None
    assert (found[0].path, found[1]) == (wanted, parameters)


def test_what_it_cannot_hold_is_left_to_others() -> None:
    table = RouteTable()
    table.add([Route("/get", _nothing), route("/files/{path:path}/end"), route("/a{b}")])
    assert [table.find(path) for path in ("/get", "/files/a/end", "/ab")] == [None] * 3
