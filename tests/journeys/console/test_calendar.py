"""The calendar: dragging, and everything that does the same without a mouse."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from ..chromium import RULES, check_fits
from .town_hall import TownHall, town_hall

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownHall]:
    """One for all; each test has a day of its own."""
    with town_hall(tmp_path_factory.mktemp("hall")) as hall:
        yield hall


def open_calendar(page: Page, hall: TownHall, day: str) -> None:
    branch = hall.id("branches", "centre")
    page.goto(f"{hall.server.url}/console/calendar?branch={branch}&date={day}")


def item(page: Page, appointment_id: str) -> Locator:
    """Where an appointment stands."""
    return page.locator(f"[data-move$='{appointment_id}/move']").first


def drag(page: Page, begin: tuple[float, float], end: tuple[float, float], *, drop: bool) -> None:
    page.mouse.move(*begin)
    page.mouse.down()
    page.mouse.move((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
    page.mouse.move(*end, steps=4)
    if drop:
        page.mouse.up()


def moved_to(page: Page, appointment_id: str) -> dict[str, str]:
    """What the page that moves an appointment was opened with."""
    page.wait_for_url(f"**/console/appointments/{appointment_id}/move?*")
    query = parse_qs(urlsplit(page.url).query)
    return {name: values[0] for name, values in query.items()}


def centre(box: dict[str, float]) -> tuple[float, float]:
    return box["x"] + box["width"] / 3, box["y"] + 8


def minutes(locator: Locator, number: float) -> float:
    """So many minutes in pixels."""
    hour = locator.page.locator(".calendar .hours li").first.bounding_box()
    assert hour is not None
    return number * hour["height"] / 60


def box_of(locator: Locator) -> dict[str, float]:
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    assert box is not None
    return dict(box)


def test_an_appointment_is_dragged_to_another_time_and_resource(hall: TownHall) -> None:
    day = "2027-01-13"
    id_ = hall.books("Anna Jansen", "10:00", day=day)
    page = hall.signed_in("Drago", "planner")
    open_calendar(page, hall, day)
    here = box_of(item(page, id_))
    x, y = centre(here)
    source = column_of(page, id_)
    drag(page, (x, y), (x, y + minutes(item(page, id_), 62)), drop=True)
    found = moved_to(page, id_)
    assert found == {
        "date": day,
        "startTime": f"{day}T11:00:00+01:00",
        "resource": source.get("data-resource"),
    }
    open_calendar(page, hall, day)
    other = page.locator(f".column:has([data-move*='{id_}']) + .column .area")
    here = box_of(item(page, id_))
    there = other.bounding_box()
    assert there is not None
    wanted = other.get_attribute("data-resource")
    drag(page, centre(here), (there["x"] + 40, centre(here)[1]), drop=True)
    found = moved_to(page, id_)
    assert found["startTime"] == f"{day}T10:00:00+01:00"
    assert found["resource"] == wanted
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Move appointment")
    now = hall.call("GET", f"/admin/v1/appointments/{id_}").json()
    assert now["timeSlot"]["startTime"] == f"{day}T10:00:00+01:00"
    assert [one["id"] for one in now["resources"]] == [wanted]


def column_of(page: Page, appointment_id: str) -> dict[str, str]:
    """What the column says in which an appointment stands."""
    area = page.locator(".calendar .area", has=item(page, appointment_id))
    found: dict[str, str] = area.evaluate(
        "e => Object.fromEntries([...e.attributes].map(a => [a.name, a.value]))"
    )
    return found


def test_the_end_is_dragged_by_a_planner_alone(hall: TownHall) -> None:
    day = "2027-01-14"
    id_ = hall.books("Bram Bos", "10:00", day=day)
    page = hall.signed_in("Elza", "planner")
    open_calendar(page, hall, day)
    here = box_of(item(page, id_))
    end = (here["x"] + here["width"] / 3, here["y"] + here["height"] - 3)
    top = here["y"]
    drag(page, end, (end[0], top + minutes(item(page, id_), 45)), drop=True)
    assert moved_to(page, id_)["durationMinutes"] == "45"
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Move appointment")
    now = hall.call("GET", f"/admin/v1/appointments/{id_}").json()
    assert now["durationMinutes"] == 45
    clerk = hall.signed_in("Frits", "desk")
    open_calendar(clerk, hall, day)
    expect(item(clerk, id_)).to_be_visible()
    assert item(clerk, id_).locator(".end").count() == 0


def test_escape_ends_a_drag_and_a_press_is_no_drag(hall: TownHall) -> None:
    day = "2027-01-15"
    id_ = hall.books("Chris Kok", "10:00", day=day)
    page = hall.signed_in("Greet", "desk")
    open_calendar(page, hall, day)
    before = item(page, id_).get_attribute("class")
    here = box_of(item(page, id_))
    x, y = centre(here)
    drag(page, (x, y), (x, y + minutes(item(page, id_), 60)), drop=False)
    assert "dragged" in (item(page, id_).get_attribute("class") or "")
    page.keyboard.press("Escape")
    page.mouse.up()
    assert item(page, id_).get_attribute("class") == before
    assert "/console/calendar" in page.url
    item(page, id_).get_by_role("link").first.click()
    page.wait_for_url(f"**/console/appointments/{id_}")


def test_the_same_is_done_by_the_menu_and_by_a_key(hall: TownHall) -> None:
    day = "2027-01-18"
    id_ = hall.books("Dirk Pot", "10:00", day=day)
    page = hall.signed_in("Hans", "desk")
    open_calendar(page, hall, day)
    name = re.compile(r"^10:00 to 10:\d\d, .*, Dirk Pot$")
    link = page.get_by_role("link", name=name)
    link.focus()
    page.keyboard.press("Control+m")
    page.keyboard.press("m")
    page.wait_for_url(f"**/console/appointments/{id_}/move")
    without = hall.signed_in("Ineke", "desk", java_script_enabled=False)
    open_calendar(without, hall, day)
    menu = without.locator("summary").first
    menu.focus()
    without.keyboard.press("Enter")
    without.get_by_role("link", name="Move Dirk Pot, 10:00").click()
    without.wait_for_url(f"**/console/appointments/{id_}/move")


def test_every_view_fits_and_is_accessible(hall: TownHall) -> None:
    day = "2027-01-19"
    id_ = hall.books("Emma Vos", "10:00", day=day)
    page = hall.signed_in("Joke", "planner")
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    open_calendar(page, hall, day)
    desk = column_of(page, id_)["data-resource"]
    seen = 0
    for address in (
        f"calendar?date={day}",
        f"calendar?date={day}&view=week",
        f"blocks/new?resource={desk}&date={day}",
        f"absences/new?resource={desk}&date={day}",
        f"statistics?from={day}&to={day}",
    ):
        page.goto(f"{hall.server.url}/console/{address}")
        looked_at(page)
        seen += 1
        if address.startswith("absences"):
            page.get_by_role("button", name="Propose").click()
            expect(page.get_by_role("button", name="Confirm")).to_be_visible()
            looked_at(page)
        if address.startswith("blocks"):
            page.get_by_label("Until").fill(f"{day}T11:00")
            page.get_by_role("button", name="Block").click()
            expect(page.get_by_role("button", name="Block anyway")).to_be_visible()
            looked_at(page)
    assert seen == 5
    assert errors == []


def looked_at(page: Page) -> None:
    check_fits(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.response["passes"], "axe has looked at nothing"
        assert found.violations_count == 0, f"{scheme} {page.url}\n{found.generate_report()}"
