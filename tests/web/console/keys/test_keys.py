"""The signing keys are shown to the owner's administrators alone, and rotated once."""

import pytest

from openslot.identity.keys.key_ring import stored_keys
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter

from ...conftest import Start
from ...site import Site
from ..clerk import signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def announced(site: Site, account: str) -> list[AuditEntry]:
    """What an account's trail says of announced keys."""
    wanted = AuditFilter(type="keys.announced", before_id="~")
    id_ = site.tenant(account).account.id
    return await site.app.database.read(id_, audit.events, wanted, 10)


async def test_the_owner_rotates_keys_and_nobody_else_sees_them(start: Start) -> None:
    async with start(owner_account="acme") as site:
        for role, account in (("planner", "acme"), ("administrator", "globex")):
            other = await signed_in(site, role, account=account)
            assert (await other.get("keys")).status_code == 404
            page = await other.open("me")
            assert "Keys" not in [link.name for link in page.root.all("a")]
            token = page.root.one("input", name="form_token").attributes["value"]
            sent = await other.post("/console/keys", [("form_token", token)])
            assert sent.status_code == 404
        owner = await signed_in(site, "administrator")
        before = await stored_keys(site.app.database)
        page = await owner.open("keys")
        assert len(page.root.one("tbody").all("tr")) == len(before) == 2
        rotated = await owner.press(page, "Rotate")
        again = await owner.press(page, "Rotate")
        assert "announced already" in again.id("status").text
        assert len(rotated.root.one("tbody").all("tr")) == 4
        assert len(await stored_keys(site.app.database)) == 4
        (of_owner,), (of_other,) = await announced(site, "acme"), await announced(site, "globex")
        assert of_owner.actor_type == "user"
        assert (of_other.actor_type, of_other.actor_id) == ("operator", "operator")


async def test_without_a_setting_nobody_owns_the_keys(shared: Site) -> None:
    administrator = await signed_in(shared, "administrator")
    assert (await administrator.get("keys")).status_code == 404
