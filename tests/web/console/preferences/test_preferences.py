"""Preferences are kept with the user, and pages follow them."""

import pytest

from ...site import Site
from ..clerk import signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_pages_follow_what_a_user_prefers(shared: Site) -> None:
    viewer, other = await signed_in(shared, "viewer"), await signed_in(shared, "viewer")
    page = await viewer.open("me")
    assert page.heading == "Preferences"
    assert "checked" in page.response.text
    typed = {"language": "nl", "appearance": "dark", "letter_keys": []}
    saved = await viewer.press(page, "Save", typed)
    assert saved.heading == "Voorkeuren"
    assert "Opgeslagen" in saved.root.text
    assert 'lang="nl"' in saved.response.text
    assert 'data-appearance="dark"' in saved.response.text
    again = await viewer.open("me")
    assert 'name="letter_keys"' in again.response.text
    assert "checked" not in again.response.text
    assert (await other.open("me")).heading == "Preferences"


async def test_what_is_no_language_is_refused_in_its_field(shared: Site) -> None:
    viewer = await signed_in(shared, "viewer")
    page = await viewer.open("me")
    response = await viewer.sent(page, "Save", {"language": "xx"})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
