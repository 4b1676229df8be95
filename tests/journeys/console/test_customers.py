"""Customers and what needs attention, by keys alone, in a browser without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ..chromium import Look
from .town_hall import TODAY, TownHall, town_hall

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """Nobody but the test works there."""
    with town_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


def test_a_clerk_finds_a_customer_and_who_is_stranded(hall: TownHall) -> None:
    booked = hall.books("Zoë van der Łuków", "10:00")
    page, look = hall.signed_in("Eva", java_script_enabled=False), Look(hall.browser)
    page.goto(f"{hall.server.url}/console/customers")
    look.at(page, "Customers")
    page.get_by_label("Find a customer").focus()
    page.keyboard.type("zoe luk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("1 customer")
    look.at(page, "Customers")
    page.get_by_role("link", name="Zoë van der Łuków").focus()
    page.keyboard.press("Enter")
    look.at(page, "Customer")
    assert page.url.endswith(f"/console/customers/{booked}")

    page.goto(f"{hall.server.url}/console/attention")
    look.at(page, "Needs attention")
    expect(page.get_by_role("row", name="Zoë")).to_have_count(0)
    for number in range(4):
        path = f"/admin/v1/resources/{hall.id('resources', f'counter-{number}')}/blocks?force=true"
        during = {"startTime": f"{TODAY}T09:30:00+01:00", "endTime": f"{TODAY}T11:00:00+01:00"}
        answer = hall.call("POST", path, during)
        assert answer.status == 201, answer
    page.reload()
    look.at(page, "Needs attention")
    page.get_by_role("link", name="Move Zoë van der Łuków").focus()
    page.keyboard.press("Enter")
    look.at(page, "Move appointment")
