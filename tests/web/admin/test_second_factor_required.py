"""Who must have a second factor is decided by whoever manages users, not by any administrator."""

from typing import Any

import pytest

from openslot.account_file.document import AccountSettings
from openslot.identity.model.roles import ROLES
from openslot.kernel.scopes import ADMIN_READ, ADMIN_WRITE, CLIENTS_MANAGE, USERS_MANAGE

from ..contract import faults
from ..site import Site
from .administrator import Administrator, administrator
from .test_apply import file_of

pytestmark = pytest.mark.anyio

REQUIRED = ["planner", "administrator"]
PATCH = {"settings": {"secondFactorRequired": REQUIRED}}


async def required(admin: Administrator) -> Any:
    """What the account says."""
    return (await admin.call("GET", "/account")).json()["settings"]["secondFactorRequired"]


def test_it_names_every_role() -> None:
    """As users have them."""
    named = AccountSettings.model_json_schema()["properties"]["secondFactorRequired"]
    assert named["items"]["enum"] == list(ROLES)


async def test_the_account_says_it_everywhere(site: Site) -> None:
    """Nobody by default; changed by a patch, and exported."""
    admin = await administrator(site, ADMIN_READ, ADMIN_WRITE, CLIENTS_MANAGE, USERS_MANAGE)
    assert await required(admin) == []
    file = await file_of(admin)
    assert file["settings"]["secondFactorRequired"] == []
    answer = await admin.call("PATCH", "/account", PATCH)
    assert answer.status_code == 200, answer.text
    assert answer.json()["settings"]["secondFactorRequired"] == REQUIRED
    assert (await file_of(admin))["settings"]["secondFactorRequired"] == REQUIRED
    file["settings"]["secondFactorRequired"] = ["desk"]
    assert (await admin.call("POST", "/apply", file)).status_code == 200
    assert await required(admin) == ["desk"]


@pytest.mark.parametrize("dry", [{}, {"dryRun": "true"}])
async def test_changing_it_needs_the_scope_for_users(site: Site, dry: dict[str, str]) -> None:
    """By a patch and by a file; what leaves it alone does not."""
    admin = await administrator(site, ADMIN_READ, ADMIN_WRITE, CLIENTS_MANAGE)
    file = await file_of(admin)
    wanted = {**file, "settings": {**file["settings"], "secondFactorRequired": REQUIRED}}
    for method, path, body in (("PATCH", "/account", PATCH), ("POST", "/apply", wanted)):
        refused = await admin.call(method, path, body, params=dry)
        assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
        assert refused.json()["scopes"] == [USERS_MANAGE]
    assert await required(admin) == []
    same = {"settings": {"secondFactorRequired": [], "retentionDays": 30}}
    assert (await admin.call("PATCH", "/account", same, params=dry)).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "code"),
    [(["boss"], "invalid_value"), (["desk", "desk"], "duplicate"), ("desk", "wrong_type")],
)
async def test_what_is_no_list_of_roles(site: Site, wrong: Any, code: str) -> None:
    """Is named where it stands."""
    admin = await administrator(site, ADMIN_READ, ADMIN_WRITE, USERS_MANAGE)
    answer = await admin.call("PATCH", "/account", {"settings": {"secondFactorRequired": wrong}})
    assert list(faults(answer).values()) == [code]
    assert all(field.startswith("/settings/secondFactorRequired") for field in faults(answer))
