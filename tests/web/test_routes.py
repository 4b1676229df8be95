"""Every call of the route table: good, anonymous, with a wrong scope, for others' things."""

import re

import pytest

from openslot.web.booking_api.routes import ROUTES
from openslot.web.http.route import AnyRoute

from .contract import BOOKING_API, faults, name_of
from .good import request_for, send
from .site import API, Site

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
every_call = pytest.mark.parametrize("operation", ROUTES, ids=name_of)
calls_with_ids = pytest.mark.parametrize(
    "operation", [o for o in ROUTES if "{" in o.path], ids=name_of
)
writes = pytest.mark.parametrize("operation", [o for o in ROUTES if o.writes], ids=name_of)
with_bodies = pytest.mark.parametrize(
    "operation", [o for o in ROUTES if o.accepts.body], ids=name_of
)
listings = pytest.mark.parametrize(
    "operation", [o for o in ROUTES if o.is_conditional], ids=name_of
)
UNKNOWN = "01890000-0000-7000-8000-000000000000"


@every_call
async def test_a_good_request(shared: Site, operation: AnyRoute) -> None:
    """It gets the answer that the document describes."""
    path, made = await request_for(shared, operation)
    answer = await send(shared, operation, path, made)
    assert answer.status_code == operation.returns.status, answer.text
    BOOKING_API.check(operation, answer)
    assert answer.content or operation.returns.model is None


@every_call
async def test_every_scope_of_the_table_is_enough(shared: Site, operation: AnyRoute) -> None:
    """Any one of those listed, and no other."""
    good = {s.rpartition(".")[2] for s in operation.scopes}
    for client in ("book", "reschedule", "cancel", "nothing"):
        path, made = await request_for(shared, operation)
        answer = await send(shared, operation, path, made, client=client)
        BOOKING_API.check(operation, answer)
        if client in good:
            assert answer.status_code != 403
            continue
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert answer.json()["scopes"] == list(operation.scopes)
        challenge = answer.headers["www-authenticate"]
        assert f'scope="{" ".join(operation.scopes)}"' in challenge
        assert 'error="insufficient_scope"' in challenge


@every_call
async def test_without_a_token(shared: Site, operation: AnyRoute) -> None:
    """401 whose challenge names no error (RFC 6750 §3.1), and where to read on (RFC 9728)."""
    path, made = await request_for(shared, operation)
    answer = await send(shared, operation, path, made, client=None)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    BOOKING_API.check(operation, answer)
    assert "error" not in answer.headers["www-authenticate"]
    assert "resource_metadata=" in answer.headers["www-authenticate"]


@calls_with_ids
async def test_another_account(shared: Site, operation: AnyRoute) -> None:
    """Its ids are not found, which is all it learns."""
    path, made = await request_for(shared, operation)
    answer = await send(shared, operation, path, made, account="globex")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    BOOKING_API.check(operation, answer)


@pytest.mark.slow
@calls_with_ids
async def test_unknown_ids(shared: Site, operation: AnyRoute) -> None:
    """404, whether they could be ids or not, with the words that a foreign one gets."""
    path, made = await request_for(shared, operation)
    # Of two ids the foreign one is the first, which is looked for first.
    foreign = await send(shared, operation, path, made, account="globex")
    for unknown in (UNKNOWN, "x", "%00", "%F0%9F%90%99", "-" * 36):
        last = re.sub(r"[0-9a-f-]{36}(?!.*[0-9a-f-]{36})", unknown, path)
        answer = await send(shared, operation, last, made)
        assert answer.status_code == 404, answer.text
        BOOKING_API.check(operation, answer)
        first = re.sub(r"[0-9a-f-]{36}", unknown, path, count=1)
        answer = await send(shared, operation, first, made)
        assert {**answer.json(), "instance": ""} == {**foreign.json(), "instance": ""}


@pytest.mark.slow
@calls_with_ids
async def test_ids_in_upper_case(shared: Site, operation: AnyRoute) -> None:
    """UUIDs are read in any case (RFC 9562 §4)."""
    path, made = await request_for(shared, operation)
    path = re.sub(r"[0-9a-f-]{36}", lambda found: found[0].upper(), path)
    assert (await send(shared, operation, path, made)).status_code == operation.returns.status


@pytest.mark.parametrize(
    "operation", [o for o in ROUTES if "/reservations/{" in o.path], ids=name_of
)
async def test_a_reservation_of_another_client(shared: Site, operation: AnyRoute) -> None:
    """Only its own client knows of it."""
    path, made = await request_for(shared, operation)
    answer = await send(shared, operation, path, made, client="other")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    BOOKING_API.check(operation, answer)
    assert (await send(shared, operation, path, made)).status_code == operation.returns.status


@every_call
async def test_unknown_parameters_and_members(shared: Site, operation: AnyRoute) -> None:
    """Both are faults, and all are told at once."""
    path, made = await request_for(shared, operation)
    params = {**made.pop("params", {}), "colour": "red", "limit~/": "1"}
    expected = {"/colour": "unknown_field", "/limit~0~1": "unknown_field"}
    if "json" in made:
        made["json"] = {**made["json"], "shape": 1}
        expected["/shape"] = "unknown_field"
    answer = await send(shared, operation, path, {**made, "params": params})
    assert faults(answer) == expected
    BOOKING_API.check(operation, answer)


@with_bodies
async def test_a_body_that_is_no_json_object(shared: Site, operation: AnyRoute) -> None:
    """400 for what is not JSON, 415 for another type."""
    path, made = await request_for(shared, operation)
    del made["json"]
    for body in (b"", b"{", b"[]", b'"text"', b"null", b'{"a": NaN}', b"\xff{}"):
        answer = await shared.call(
            operation.method, path, content=body, headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json"), body
        BOOKING_API.check(operation, answer)
    for media_type in ("", "text/json", "application/x-www-form-urlencoded", "multipart/form-data"):
        headers = {"Content-Type": media_type} if media_type else {}
        answer = await shared.call(operation.method, path, content=b"{}", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        BOOKING_API.check(operation, answer)


@with_bodies
async def test_an_empty_object_says_all_that_is_needed(shared: Site, operation: AnyRoute) -> None:
    """Each required member has its fault, what the service needs of a customer included."""
    path, _ = await request_for(shared, operation)
    answer = await shared.call(operation.method, path, {})
    assert operation.accepts.body is not None
    needed = {
        f"/{field.alias or name}": "required"
        for name, field in operation.accepts.body.model_fields.items()
        if field.is_required()
    }
    if "/firstName" in needed:
        needed |= {"/lastName": "required", "/email": "required"}
    assert faults(answer) == needed
    BOOKING_API.check(operation, answer)


@pytest.mark.slow
@every_call
async def test_two_authorization_headers(shared: Site, operation: AnyRoute) -> None:
    """RFC 6750 §3.1: invalid_request."""
    path, made = await request_for(shared, operation)
    twice = [*shared.bearer().items(), *shared.bearer().items()]
    answer = await shared.http.request(operation.method, API + path, headers=twice, **made)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert 'error="invalid_request"' in answer.headers["www-authenticate"]
    BOOKING_API.check(operation, answer)


@pytest.mark.slow
@every_call
async def test_a_tenant_header(shared: Site, operation: AnyRoute) -> None:
    """The account's id or name; another one is refused."""
    for tenant in ("acme", "ACME", shared.tenant().account.id):
        path, made = await request_for(shared, operation)
        answer = await send(shared, operation, path, made, headers={"X-TENANT-ID": tenant})
        assert answer.status_code == operation.returns.status
    path, made = await request_for(shared, operation)
    for tenant in ("globex", "", shared.tenant("globex").account.id):
        answer = await send(shared, operation, path, made, headers={"X-TENANT-ID": tenant})
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_account")
        BOOKING_API.check(operation, answer)


@every_call
async def test_other_methods(shared: Site, operation: AnyRoute) -> None:
    """405 names the methods that there are (RFC 9110 §15.5.6)."""
    path, _ = await request_for(shared, operation)
    methods = {o.method for o in ROUTES if o.path == operation.path}
    allowed = methods | ({"HEAD"} if "GET" in methods else set())
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"} - allowed:
        answer = await shared.call(method, path, client=None)
        assert answer.status_code == 405
        assert set(answer.headers["allow"].split(", ")) == allowed
        assert method == "HEAD" or answer.json()["code"] == "method_not_allowed"


@writes
async def test_the_same_key_again(shared: Site, operation: AnyRoute) -> None:
    """The same answer, marked; with another request the key is refused."""
    path, made = await request_for(shared, operation)
    key = {"Idempotency-Key": f"key-{path}"[:255]}
    first = await send(shared, operation, path, made, headers=key)
    again = await send(shared, operation, path, made, headers=key)
    assert (again.status_code, again.content) == (operation.returns.status, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    without = {"x-request-id", "idempotency-replayed"}
    assert {k: v for k, v in again.headers.items() if k not in without} == {
        k: v for k, v in first.headers.items() if k not in without
    }
    BOOKING_API.check(operation, again)
    other_path, other = await request_for(shared, operation)
    reused = await send(shared, operation, other_path, other, headers=key)
    assert "idempotency_key_reused" in BOOKING_API.codes(operation, 422)
    assert list(faults(reused).values()) == ["idempotency_key_reused"]
    BOOKING_API.check(operation, reused)


@listings
async def test_a_listing_that_has_not_changed(shared: Site, operation: AnyRoute) -> None:
    """304 exactly for the present ETag, in any of the forms of RFC 9110 §13.1.2."""
    path, made = await request_for(shared, operation)
    first = await send(shared, operation, path, made)
    etag = first.headers["etag"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*", f'"a,b",{etag}'):
        answer = await send(shared, operation, path, made, headers={"If-None-Match": known})
        assert answer.status_code == 304, known
        assert answer.headers["etag"] == etag
        BOOKING_API.check(operation, answer)
    for unknown in ('"x"', etag.strip('"'), ""):
        answer = await send(shared, operation, path, made, headers={"If-None-Match": unknown})
        assert (answer.status_code, answer.content) == (200, first.content)


@pytest.mark.parametrize("operation", [o for o in ROUTES if o.method == "GET"], ids=name_of)
async def test_head(shared: Site, operation: AnyRoute) -> None:
    """The headers of GET (RFC 9110 §9.3.2)."""
    path, made = await request_for(shared, operation)
    get = await send(shared, operation, path, made)
    head = await shared.call("HEAD", path, **made)
    assert head.status_code == 200
    assert head.content == b""
    ignored = {"x-request-id"}
    assert {k: v for k, v in head.headers.items() if k not in ignored} == {
        k: v for k, v in get.headers.items() if k not in ignored
    }
