"""The account file in the console: exported, compared, applied; what is wrong is said by line."""

from collections.abc import AsyncIterator

import pytest

from openslot.account_file.export import export_account
from openslot.account_file.yaml_text import yaml_of

from ...site import Site
from ..clerk import Clerk, signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATH = "setup/account-file"
KIOSK = (
    "  - {key: kiosk, name: Kiosk, grants: [client_credentials], scopes: [openslot/admin.read]}\n"
)


@pytest.fixture
async def site_and_clerk(site: Site) -> AsyncIterator[tuple[Site, Clerk]]:
    yield site, await signed_in(site, "administrator")


async def test_what_is_exported_changes_nothing(site_and_clerk: tuple[Site, Clerk]) -> None:
    site, eva = site_and_clerk
    answer = await eva.get(f"{PATH}.yaml")
    account_id = site.tenant().account.id
    assert answer.text == yaml_of(await site.app.database.read(account_id, export_account))
    assert answer.headers["content-disposition"] == 'attachment; filename="acme.yaml"'
    typed = {"text": answer.text.replace("\n", "\r\n")}
    # The test's account was not made by a file, which writes every field.
    await eva.press(await eva.press(await eva.open(PATH), "Compare", typed), "Apply")
    compared = await eva.press(await eva.open(PATH), "Compare", typed)
    assert compared.status == 200
    assert "Nothing: the account is so already." in compared.root.text
    assert not [b for b in compared.root.all("button") if b.name == "Apply"]


async def test_a_file_is_compared_and_then_applied_once(
    site_and_clerk: tuple[Site, Clerk],
) -> None:
    _, eva = site_and_clerk
    text = (await eva.get(f"{PATH}.yaml")).text
    changed = text.replace("Harbour desk", "Quay <b>desk</b>") + (KIOSK)
    page = await eva.open(PATH)
    compared = await eva.press(page, "Compare", {"text": changed})
    assert "Resource harbour-desk changed" in compared.root.text
    assert "Client kiosk created" in compared.root.text
    assert (await eva.get(f"{PATH}.yaml")).text == text
    answer = await eva.sent(compared, "Apply")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.count('class="secret"') == 2
    assert "Quay <b>desk</b>" in (await eva.get(f"{PATH}.yaml")).text
    again = await eva.press(compared, "Apply")
    assert again.id("status").text == "This file was applied already."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("account: acme\nname: [", "Line 2, column"),
        ("account: acme\nname: Acme\ncolour: red", "Line 3, column 1"),
        ("account: other\nname: Other", "account"),
        ("", "Line 1, column 1"),
        ("{account: acme, name: A}\n---\n{account: acme, name: B}", "Paste one account file"),
    ],
)
async def test_faults_stand_beside_the_field(shared: Site, text: str, said: str) -> None:
    eva = await signed_in(shared, "administrator")
    page = await eva.press(await eva.open(PATH), "Compare", {"text": text})
    assert page.status == 422
    assert said in page.id("text-fault").text
    assert page.id("text").attributes["aria-invalid"] == "true"
    assert page.root.one("title").text.startswith("Error:")


async def test_a_planner_changes_no_clients(shared: Site) -> None:
    ann = await signed_in(shared, "planner")
    text = (await ann.get(f"{PATH}.yaml")).text + (KIOSK)
    answer = await ann.sent(await ann.open(PATH), "Compare", {"text": text})
    assert answer.status_code == 403


async def test_a_file_of_more_than_a_mebibyte_is_refused(shared: Site) -> None:
    eva = await signed_in(shared, "administrator")
    text = "# " + "a" * (1024 * 1024)
    assert (await eva.sent(await eva.open(PATH), "Compare", {"text": text})).status_code == 413
