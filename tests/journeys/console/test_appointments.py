"""Appointments at the desk in a browser without scripts, and the day on paper."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ..chromium import Look
from .town_hall import TownHall, town_hall

pytestmark = pytest.mark.slow
DAY = "2027-01-19"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """One for all; each test has a day of its own."""
    with town_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


def test_a_planner_books_moves_cancels_and_undoes_without_scripts(hall: TownHall) -> None:
    hall.books("Anna Jansen", "10:00", day=DAY, service="single")
    page, look = hall.signed_in("Paula", "planner", java_script_enabled=False), Look(hall.browser)
    page.goto(f"{hall.server.url}/console/book")
    page.get_by_label("Service").select_option("Single")
    page.get_by_label("Date", exact=True).fill(DAY)
    page.get_by_role("button", name="Show times").click()
    look.at(page, "New appointment")
    expect(page.get_by_label("Tuesday 19 January, 08:00")).to_be_checked()
    expect(page.get_by_label("Tuesday 19 January, 10:00")).to_have_count(0)
    page.get_by_label("First name").fill("Bram")
    page.get_by_label("Other time").fill(f"{DAY}T10:00")
    page.get_by_role("button", name="Book").click()
    look.at(page, "New appointment")  # without a last name
    page.get_by_label("Last name").fill("de Vries")
    page.get_by_role("button", name="Book").click()
    look.at(page, "New appointment")
    expect(page.get_by_text(re.compile(r"^10:00 to .*, Single, Anna Jansen$"))).to_be_visible()
    page.get_by_label("Break the rules").check()
    page.get_by_label("Reason").fill("Has come from far")
    page.get_by_role("button", name="Book").click()
    look.at(page, "Appointment")
    expect(page.get_by_role("status")).to_have_text(
        "The appointment is booked. Nobody is told: the customer has no address for it."
    )
    expect(page.get_by_text("Confirmed, Rules broken")).to_be_visible()
    page.get_by_role("link", name="Move Bram de Vries, 10:00").click()
    page.get_by_label("Tuesday 19 January, 11:00").check()
    look.at(page, "Move appointment")
    page.get_by_role("button", name="Move").click()
    page.get_by_role("link", name="Cancel Bram de Vries, 11:00").click()
    look.at(page, "Cancel appointment")
    page.get_by_label("Reason").fill("Called")
    page.get_by_label("Tell the customer").uncheck()
    page.get_by_role("button", name="Cancel appointment").click()
    expect(page.get_by_role("status")).to_have_text("Bram de Vries: cancelled")
    page.get_by_role("button", name="Undo Bram de Vries, 11:00").click()
    look.at(page, "Appointment")
    whats = page.locator("table.history tbody tr td:nth-child(3)").all_inner_texts()
    assert whats == ["Booked", "Moved", "Cancelled", "Undone"]


def test_thirty_appointments_go_on_one_sheet(hall: TownHall) -> None:
    day = "2027-01-20"
    for hour in range(8, 18):
        for name in ("Wilhelmina Oosterschelde", "Noa Wit", "Otto Berg"):
            hall.books(name, f"{hour:02}:00", day=day)
    page = hall.signed_in("Hanna", "viewer")
    page.goto(f"{hall.server.url}/console/print?date={day}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Day list")
    expect(page.locator("tbody tr")).to_have_count(30)
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(sheets) == 1
