"""Who and what may use the account, in a browser without scripts: people, programs, webhooks."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from ..chromium import Look
from .town_hall import TownHall, town_hall

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """The town owns the installation."""
    with town_hall(tmp_path_factory.mktemp("hall"), owner_account="acme") as hall:
        yield hall


@pytest.fixture(scope="module")
def page(hall: TownHall) -> Page:
    """An administrator's browser."""
    return hall.signed_in("Ada", "administrator", java_script_enabled=False)


@pytest.fixture(scope="module")
def look(hall: TownHall) -> Look:
    """Looks at every page: axe, light and dark, 360 px."""
    return Look(hall.browser)


def press(page: Page, name: str) -> None:
    """Presses the first button of a name."""
    page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    """Follows the first link of a name."""
    page.get_by_role("link", name=name, exact=True).first.click()


def test_people_are_invited_and_disabled(page: Page, look: Look) -> None:
    follow(page, "Users")
    look.at(page, "Users")
    follow(page, "Invite a user")
    look.at(page, "Invite a user")
    page.get_by_label("E-mail address").fill("nora@town.example")
    page.get_by_label("Name").fill("Nora Named")
    page.get_by_label("Role").select_option("Planner")
    press(page, "Invite")
    look.at(page, "Invitation")
    expect(page.get_by_text(re.compile(r"/invitations/"))).to_be_visible()
    follow(page, "Go on to User")
    look.at(page, "User")
    press(page, "Disable")
    expect(page.get_by_role("status")).to_have_text("The user is disabled")
    press(page, "Enable")
    page.get_by_label("Role").select_option("Desk")
    press(page, "Save")
    expect(page.get_by_label("Role")).to_have_value("desk")


def test_programs_get_secrets(page: Page, look: Look) -> None:
    follow(page, "Clients")
    look.at(page, "Clients")
    follow(page, "New client")
    press(page, "Save")
    page.get_by_label("Name").fill("Kiosk")
    press(page, "Save")
    look.at(page, "New client")  # without a scope
    page.get_by_label("openslot/admin.read").check()
    press(page, "Save")
    look.at(page, "New client")
    follow(page, "Go on to Kiosk")
    look.at(page, "Kiosk")
    press(page, "New secret")
    look.at(page, "New secret")
    follow(page, "Go on to Kiosk")
    press(page, "New secret")
    look.at(page, "Kiosk")
    expect(page.get_by_role("alert")).to_contain_text("Revoke one of them first")
    press(page, "Revoke")
    expect(page.get_by_role("status")).to_have_text("The secret is revoked")
    expect(page.get_by_role("img", name="Tokens per day")).to_be_visible()


def test_webhooks_are_tried_out(page: Page, look: Look) -> None:
    follow(page, "Webhooks")
    look.at(page, "Webhooks")
    follow(page, "New webhook")
    look.at(page, "New webhook")
    page.get_by_label("Address").fill("https://hooks.example.org/in")
    press(page, "Save")
    look.at(page, "New webhook")
    follow(page, "Go on to hooks-example-org")
    press(page, "Send a test")
    page.get_by_text("Request and answers").click()
    look.at(page, "hooks-example-org")
    press(page, "Disable")
    expect(page.get_by_text(re.compile("^Disabled by Ada Smit since"))).to_be_visible()


def test_what_was_done_is_in_the_trail_and_keys_rotate(page: Page, look: Look) -> None:
    follow(page, "Keys")
    look.at(page, "Keys")
    press(page, "Rotate")
    look.at(page, "Keys")
    expect(page.get_by_role("cell", name="Announced")).to_have_count(2)
    follow(page, "Audit trail")
    look.at(page, "Audit trail")
    page.get_by_label("Type").fill("keys.announced")
    press(page, "Show")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Ada Smit")
    with page.expect_download() as download:
        follow(page, "CSV")
    assert "keys.announced" in download.value.path().read_text("utf-8")
    follow(page, "Preferences")
    look.at(page, "Preferences")
    page.get_by_label("Language").select_option("Deutsch")
    press(page, "Save")
    look.at(page, "Einstellungen")
    # The other tests read English, in whatever order they come.
    page.get_by_label("Sprache").select_option("English")
    press(page, "Speichern")
    look.at(page, "Preferences")
