"""Users are invited, given roles and disabled with the rules of the API; links are shown once."""

import re

import pytest

from openslot.identity.model.roles import ADMINISTRATOR
from openslot.identity.store import users as rows

from ...site import Site
from ..clerk import signed_in
from ..conftest import Staff

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_the_link_of_an_invitation_is_shown_once(shared: Site, staff: Staff) -> None:
    administrator = await staff("administrator")
    form = await administrator.open("users/new")
    typed = {"email": "New.Person@example.org", "name": "New Person", "role": "desk"}
    first = await administrator.sent(form, "Invite", typed)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "no-store"
    link = re.search(r"https?://\S+/invitations/[\w-]+", first.text)
    assert link is not None
    second = await administrator.press(form, "Invite", typed)
    assert link.group() not in second.response.text
    assert "Already done" in second.root.text
    assert second.root.text.count("new.person@example.org") == 1
    taken = await administrator.sent(
        await administrator.open("users/new"), "Invite", {**typed, "role": "viewer"}
    )
    assert taken.status_code == 422
    assert 'id="email-fault"' in taken.text


async def test_a_stale_form_changes_nothing_and_says_who_was_faster(
    shared: Site, staff: Staff
) -> None:
    administrator, other = await staff("administrator"), await signed_in(shared, "desk")
    account = shared.tenant("acme").account.id
    user = await shared.app.database.read(account, rows.by_email, other.email)
    assert user is not None
    page = await administrator.open(f"users/{user.id}")
    disabled = await administrator.press(page, "Disable")
    assert "Disabled" in disabled.root.text
    assert (await other.get("today")).status_code == 303
    late = await administrator.press(page, "Save", {"role": "planner"})
    assert "Nothing more was done" in late.id("status").text
    assert "Administrator Smit" in late.id("status").text
    deleted = await administrator.press(disabled, "Delete")
    assert deleted.heading == "Users"
    assert other.email not in deleted.root.text
    assert (await administrator.get(f"users/{user.id}")).status_code == 404


async def test_the_last_administrator_keeps_the_role(site: Site) -> None:
    administrator = await signed_in(site, "administrator")
    account = site.tenant("acme").account.id
    user = await site.app.database.read(account, rows.by_email, administrator.email)
    assert user is not None
    page = await administrator.open(f"users/{user.id}")
    refused = await administrator.sent(page, "Save", {"role": "viewer"})
    assert refused.status_code == 422
    assert 'id="role-fault"' in refused.text
    still = await administrator.press(page, "Disable")
    assert "last administrator" in still.id("status").text
    now = await site.app.database.read(account, rows.by_email, administrator.email)
    assert now is not None
    assert (now.role, now.active) == (ADMINISTRATOR, True)


async def test_who_needs_a_second_factor_is_set_on_the_list(site: Site) -> None:
    administrator = await signed_in(site, "administrator")
    page = await administrator.open("users")
    saved = await administrator.press(page, "Save", {"secondFactorRequired": ["planner"]})
    box = next(b for b in saved.root.all("input", value="planner"))
    assert "checked" in box.attributes
    account = await site.app.database.read(site.tenant("acme").account.id, lambda tx: tx.account)
    assert account.content["settings"]["secondFactorRequired"] == ["planner"]
    stale = await administrator.press(page, "Save", {"secondFactorRequired": ["desk"]})
    assert "by Administrator Smit. Nothing more was done." in stale.id("status").text
