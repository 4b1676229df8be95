"""Arbitrary input on every call: never a fault of ours."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from openslot.web.booking_api.routes import ROUTES
from openslot.web.http.route import AnyRoute
from rounds import rounds

from .contract import BOOKING_API, name_of
from .good import CASES
from .site import PERSON, Site, at

pytestmark = pytest.mark.anyio

UNKNOWN = "01890000-0000-7000-8000-000000000000"
NAMES = [
    "serviceId", "branchId", "timeSlot", "startTime", "endTime", "numberOfReservations", "services",
    "id", "requestedResourceId", "notes", "customer", "informationQuestions", "answer", "cursor",
    "reservationId", "limit", "status", "from", "to", "numberofReservations", *PERSON,
]  # fmt: skip
VALUES = [
    UNKNOWN, at(1), "", "0001-01-01T00:00Z", "9999-12-31T23:59:00-23:59", "x" * 300, "\x00", "é",
    "CONFIRMED", "OTk5.x", *PERSON.values(), -1, 0, 1, 10**25, 1.5, True, None,
]  # fmt: skip
SCALARS = st.one_of(
    st.sampled_from(VALUES),
    st.text(max_size=20),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
KEYS = st.one_of(st.sampled_from(NAMES), st.text(max_size=8))
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=12,
)
BODIES = st.one_of(
    st.dictionaries(KEYS, ANYTHING, max_size=8).map(lambda v: json.dumps(v).encode()),
    ANYTHING.map(lambda v: json.dumps(v).encode()),
    st.binary(max_size=60),
)
PARAMETERS = st.one_of(
    st.sampled_from(
        ["from", "to", "limit", "include", "serviceIds", "numberOfReservations", "reservationId"]
    ),
    st.text(max_size=6),
)
WORDS = st.one_of(st.sampled_from([str(v) for v in VALUES]), st.text(max_size=12))
QUERIES = st.one_of(
    st.lists(st.tuples(PARAMETERS, WORDS), max_size=5), st.binary(max_size=30).map(list)
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["If-Match", "If-None-Match", "Accept-Language", "Idempotency-Key", "X-TENANT-ID", "Accept"]
    ),
    st.binary(max_size=20).filter(lambda v: not set(v) & set(b"\r\n\x00")),
    max_size=3,
)


async def never_ours(
    site: Site, operation: AnyRoute, body: bytes, query: Any, headers: dict[str, bytes]
) -> None:
    """Sends it, and holds the answer against the document."""
    path, _ = await CASES[name_of(operation)](site)
    if query and isinstance(query[0], int):
        path, query = f"{path}?{''.join(f'%{byte:02x}' for byte in query)}", []
    sent: dict[str, Any] = {
        **site.bearer(),
        **headers,
        "Content-Type": "application/json",
    }
    answer = await site.http.request(
        operation.method, f"/external/v1{path}", content=body, params=query or None, headers=sent
    )
    assert answer.status_code < 500, answer.text
    BOOKING_API.check(operation, answer)


@pytest.mark.slow
@pytest.mark.parametrize("operation", ROUTES, ids=name_of)
@settings(
    max_examples=rounds(some=20, many=5000),
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.generate, Phase.shrink],
)
@given(body=BODIES, query=QUERIES, headers=HEADERS)
async def test_anything(
    shared: Site, operation: AnyRoute, body: bytes, query: Any, headers: dict[str, bytes]
) -> None:
    """Bodies, queries and headers, near what is meant and far from it."""
    await never_ours(shared, operation, body, query, headers)
