"""The link by which one person moves or cancels one appointment."""

from typing import Any

import pytest

from openslot.web.booking_page.manage import cancel_step

from .conftest import Booking
from .visitor import Page

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every form that comes is four seconds older than it is."""
    now_ms = cancel_step.now_ms
    monkeypatch.setattr(cancel_step, "now_ms", lambda: now_ms() + 4_000)


async def managed(booking: Booking) -> Page:
    """The page of an appointment that was booked."""
    done = await booking.done()
    return await booking.visitor.open(done.id("manage").attributes["href"])


async def cancelled(booking: Booking) -> Page:
    """The page of an appointment that was cancelled."""
    page = await managed(booking)
    question = await booking.visitor.open(page.link("Cancel appointment").attributes["href"])
    return await booking.visitor.press(question, question.button("Continue"), {"choice": "cancel"})


async def history(booking: Booking, page: Page) -> list[dict[str, Any]]:
    """The history of the appointment of a page."""
    reference = page.id("reference").text
    [found] = (await booking.admin.call("GET", f"/appointments?reference={reference}")).json()
    answer = await booking.admin.call("GET", f"/appointments/{found['appointmentId']}/history")
    changes: list[dict[str, Any]] = answer.json()
    return changes


async def test_reading_changes_nothing(shared_page: Booking) -> None:
    page = await managed(shared_page)
    assert (page.step, page.heading) == ("manage", "Your appointment")
    assert "Wilhelmina" not in page.response.text
    before = await history(shared_page, page)
    base = str(page.response.url)
    for path in ("", "/cancel", "/move", "/appointment.ics"):
        for method in ("GET", "HEAD"):
            answer = await shared_page.site.http.request(method, base + path)
            assert answer.status_code == 200
            assert (method == "HEAD") == (answer.content == b"")
    assert await history(shared_page, page) == before


@pytest.mark.usefixtures("patient")
async def test_cancelling_asks_first_and_can_be_taken_back(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    page = await managed(shared_page)
    question = await visitor.open(page.link("Cancel appointment").attributes["href"])
    assert question.heading == "Do you want to cancel this appointment?"
    assert not [box for box in question.root.all("input") if "checked" in box.attributes]
    nothing = await visitor.press(question, question.button("Continue"))
    assert (nothing.status, nothing.step) == (422, "cancel")
    assert nothing.id("error-summary").one("a").attributes["href"] == "#choice"
    kept = await visitor.press(question, question.button("Continue"), {"choice": "keep"})
    assert kept.step == "manage"
    gone = await visitor.press(question, question.button("Continue"), {"choice": "cancel"})
    assert (gone.step, gone.heading) == ("cancelled", "Your appointment is cancelled")
    again = await visitor.press(question, question.button("Continue"), {"choice": "cancel"})
    assert again.step == "cancelled"
    back = await visitor.press(gone, gone.button("Take it back"))
    assert (back.step, back.status) == ("manage", 200)
    assert "no longer cancelled" in back.id("notice").text
    changes = await history(shared_page, back)
    assert [change["change"] for change in changes] == ["booked", "cancelled", "restored"]
    assert [change["actor"]["type"] for change in changes] == ["client", "link", "link"]


async def test_a_machine_that_presses_at_once_cancels_nothing(shared_page: Booking) -> None:
    page = await managed(shared_page)
    question = await shared_page.visitor.open(page.link("Cancel appointment").attributes["href"])
    young = await shared_page.visitor.press(
        question, question.button("Continue"), {"choice": "cancel"}
    )
    assert (young.status, young.step) == (422, "cancel")
    assert not [box for box in young.root.all("input") if "checked" in box.attributes]
    assert len(await history(shared_page, page)) == 1


async def test_moving_to_another_time(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    page = await managed(shared_page)
    times = await visitor.open(page.link("Choose another time").attributes["href"])
    assert times.step == "time"
    later = await visitor.open(times.link("Next month").attributes["href"])
    new = await visitor.press(later, later.id("times").all("button")[7])
    assert (new.step, new.heading) == ("move", "Check the new time")
    # Who chooses again begins at the day of the time that is held, which is free until then.
    again = await visitor.open(new.link("Choose another time").attributes["href"])
    assert again.id("month").one("caption").text == later.id("month").one("caption").text
    held, other = again.id("times").all("button")[7:9]
    assert (await visitor.press(again, held)).response.url == new.response.url
    first, new = new, await visitor.press(again, other)
    released = await visitor.open(str(first.response.url))
    assert "no longer held" in released.id("hold").text
    moved = await visitor.press(new, new.button("Move appointment"))
    assert moved.step == "manage"
    assert "moved" in moved.id("notice").text
    assert (await visitor.press(new, new.button("Move appointment"))).step == "manage"
    changes = await history(shared_page, moved)
    assert [change["change"] for change in changes] == ["booked", "moved"]


async def test_after_the_cut_off_the_page_says_so(booking: Booking) -> None:
    visitor = booking.visitor
    page = await booking.open("?service=strict&date=2027-01-05")
    details = await visitor.press(page, page.id("times").all("button")[12])
    check = await visitor.press(
        details, details.button("Continue"), {"firstName": "Jo", "email": "jo@a.example"}
    )
    done = await visitor.press(check, check.button("Confirm appointment"))
    address = done.id("manage").attributes["href"]
    question = await visitor.open(address + "/cancel")
    await booking.wait(hours=12)
    late = await visitor.open(address)
    assert "Cancel appointment" not in [link.name for link in late.root.all("a")]
    assert "Monday, January 4, 2027, 12:00 PM" in late.root.one("main").text
    assert "+31 15 123 4567" in late.root.one("main").text
    for path in ("/cancel", "/move"):
        refused = await visitor.open(address + path)
        assert (refused.status, refused.step) == (409, "manage")
    posted = await visitor.press(question, question.button("Continue"), {"choice": "cancel"})
    assert (posted.status, posted.step) == (409, "manage")
    await booking.wait(hours=40)
    assert (await visitor.open(address)).status == 404


@pytest.mark.usefixtures("patient")
async def test_what_staff_cancelled_stays_cancelled(shared_page: Booking) -> None:
    page = await managed(shared_page)
    reference = page.id("reference").text
    found = await shared_page.admin.call("GET", f"/appointments?reference={reference}")
    [booked] = found.json()
    answer = await shared_page.site.call("DELETE", f"/appointments/{booked['appointmentId']}")
    assert answer.status_code == 204
    gone = await shared_page.visitor.open(str(page.response.url))
    assert gone.step == "cancelled"
    assert "Take it back" not in [button.name for button in gone.root.all("button")]


async def test_a_link_that_is_none(shared_page: Booking) -> None:
    page = await managed(shared_page)
    good = str(page.response.url)
    for bad in (good[:-1], good[:-1] + ("A" if good[-1] != "A" else "B"), "/manage/x", "/manage/"):
        gone = await shared_page.visitor.open(bad)
        assert (gone.status, gone.heading) == (404, "This link no longer works")


async def test_a_link_whose_appointment_is_over_is_as_one_that_never_was(booking: Booking) -> None:
    page = await managed(booking)
    await booking.wait(days=2)
    over = await booking.visitor.open(str(page.response.url))
    never = await booking.visitor.open(f"/manage/{'A' * 43}")
    assert (over.status, over.response.text) == (404, never.response.text)


async def test_a_held_time_is_held_for_one_thing(shared_page: Booking) -> None:
    page, details = await managed(shared_page), await shared_page.details()
    other = await managed(shared_page)
    token = str(details.response.url).partition("hold=")[2]
    times = await shared_page.visitor.open(f"{page.response.url}/move")
    move = await shared_page.visitor.press(times, times.id("times").all("button")[9])
    of_move = str(move.response.url).partition("hold=")[2]
    for address in (
        f"{page.response.url}/move?hold={token}",
        f"{other.response.url}/move?hold={of_move}",
        f"/book/acme/details?hold={of_move}",
        f"/book/acme?service=card&hold={token[:-1]}",
    ):
        gone = await shared_page.visitor.open(address)
        assert (gone.status, gone.step) == (404, "gone"), address
