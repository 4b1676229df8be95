"""Every call of the admin API: good, dry, anonymous, with a wrong scope, for unknown things."""

import re
from collections.abc import AsyncIterator

import pytest

from openslot.kernel.scopes import BOOK
from openslot.web.admin_api.routes import ROUTES
from openslot.web.http.route import AnyRoute

from ..conftest import Start
from ..contract import ADMIN_API, faults, name_of
from ..site import ADMIN, Site
from .administrator import Administrator
from .good import GIVEN, Made, request_for, with_scopes

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
every_call = pytest.mark.parametrize("operation", ROUTES, ids=name_of)
calls_with_ids = pytest.mark.parametrize(
    "operation", [o for o in ROUTES if "{" in o.path], ids=name_of
)
dry_calls = pytest.mark.parametrize("operation", [o for o in ROUTES if o.may_run_dry], ids=name_of)
_LAST_STEP = re.compile(r"[0-9a-f-]{10,36}(?!.*[0-9a-f-]{10,36})")
UNKNOWN = "01890000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
async def shared(start: Start) -> AsyncIterator[Site]:
    """A server of this module's own: what its requests make would be in the way of others."""
    async with start() as site:
        yield site


@every_call
async def test_a_good_request(shared: Site, operation: AnyRoute) -> None:
    """It is what the document describes, and so is its answer."""
    path, made = await request_for(shared, operation)
    if "json" in made:
        ADMIN_API.validator(operation, None).validate(made["json"])
    answer = await with_scopes(shared).call(operation.method, path, **made)
    assert answer.status_code == operation.returns.status, answer.text
    ADMIN_API.check(operation, answer)
    assert answer.content or operation.returns.model is None


@dry_calls
async def test_a_dry_run(shared: Site, operation: AnyRoute) -> None:
    """200 with what would be done; done afterwards, it still can be."""
    path, made = await request_for(shared, operation)
    who = with_scopes(shared)
    params = {**made.pop("params", {}), "dryRun": "true"}
    answer = await who.call(operation.method, path, params=params, **made)
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() in (
        {"changes", "stranded"}, {"erased"}, {"blockId", "moved", "stranded"},
    )  # fmt: skip
    ADMIN_API.check(operation, answer, dry_run=True)
    done = await who.call(operation.method, path, **made)
    assert done.status_code == operation.returns.status, done.text


async def test_every_write_but_that_of_the_clock_can_be_run_dry() -> None:
    """As promised. What only reads people writes the audit trail, and nothing else."""
    others = {name_of(o) for o in ROUTES if o.writes and not o.may_run_dry}
    assert others == {"PUT /sandbox/clock", "POST /customers/search", "POST /customers/export"}


@every_call
async def test_without_a_token(shared: Site, operation: AnyRoute) -> None:
    """401 whose challenge names no error (RFC 6750 §3.1)."""
    path, made = await request_for(shared, operation)
    answer = await shared.http.request(operation.method, ADMIN + path, **made)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    ADMIN_API.check(operation, answer)
    assert "error" not in answer.headers["www-authenticate"]


@every_call
async def test_every_scope_of_the_table_is_enough(shared: Site, operation: AnyRoute) -> None:
    """Any one of those listed, with what the call gives; without them 403 names them."""
    given = GIVEN.get(name_of(operation), ())
    for scope in operation.scopes:
        path, made = await request_for(shared, operation)
        answer = await with_scopes(shared, [scope, *given]).call(operation.method, path, **made)
        assert answer.status_code == operation.returns.status, answer.text
    path, made = await request_for(shared, operation)
    refused = await with_scopes(shared, [BOOK]).call(operation.method, path, **made)
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    assert refused.json()["scopes"] == list(operation.scopes)
    ADMIN_API.check(operation, refused)
    assert f'scope="{" ".join(operation.scopes)}"' in refused.headers["www-authenticate"]


@calls_with_ids
async def test_unknown_ids(shared: Site, operation: AnyRoute) -> None:
    """404, whether they could be ids or not."""
    path, made = await request_for(shared, operation)
    who = with_scopes(shared)
    for unknown in (UNKNOWN, "x", "%00", "%F0%9F%90%99", "2031-02-30", "-" * 36):
        await _is_not_found(who, operation, _LAST_STEP.sub(unknown, path), made)
    if operation.path.count("{") > 1:  # known, but of another thing
        first = re.sub(r"[0-9a-f-]{36}", UNKNOWN, path, count=1)
        await _is_not_found(who, operation, first, made)


@calls_with_ids
async def test_another_account(shared: Site, operation: AnyRoute) -> None:
    """Its ids are not found, which is all it learns."""
    path, made = await request_for(shared, operation)
    await _is_not_found(with_scopes(shared, account="globex"), operation, path, made)


@every_call
async def test_unknown_parameters(shared: Site, operation: AnyRoute) -> None:
    """All are faults, and all are told at once."""
    path, made = await request_for(shared, operation)
    params = {**made.pop("params", {}), "colour": "red", "limit~/": "1"}
    answer = await with_scopes(shared).call(operation.method, path, params=params, **made)
    assert faults(answer) == {"/colour": "unknown_field", "/limit~0~1": "unknown_field"}
    ADMIN_API.check(operation, answer)


async def _is_not_found(who: Administrator, operation: AnyRoute, path: str, made: Made) -> None:
    answer = await who.call(operation.method, path, **made)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    ADMIN_API.check(operation, answer)
