"""A new appointment by staff: what is asked for, what has to be given, what is refused."""

from typing import Any

import pytest

from ...html_page import Page
from ...site import Site, at
from ..clerk import PASSWORD, Clerk, signed_in
from ..conftest import Staff
from .test_appointment_page import facts, history
from .test_moving import chosen, times

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def form(who: Clerk, site: Site, service: str, day: int, **more: Any) -> Page:
    """The form for a service on a day."""
    query = {
        "branch": site.id("branch", "centre"),
        "service": site.id("service", service),
        "date": at(day)[:10],
        **more,
    }
    return await who.open("book?" + "&".join(f"{name}={value}" for name, value in query.items()))


async def test_the_last_name_alone_is_enough(staff: Staff, shared: Site) -> None:
    eva = await staff("desk")
    page = await eva.open("book")
    assert page.heading == "New appointment"
    assert not page.root.all("input", name="startTime")
    page = await eva.press(
        page, "Show times", {"service": shared.id("service", "card"), "date": at(380)[:10]}
    )
    assert chosen(page) == times(page)[0] == at(380)
    label = page.root.one("label", for_="startTime-1").text
    assert label.endswith("January, 09:00") or label.endswith(", 09:00")
    missing = await eva.press(page, "Book", {"email": "nobody"})
    assert missing.status == 422
    assert missing.id("lastName").attributes["aria-invalid"] == "true"
    assert missing.id("email").attributes["value"] == "nobody"
    assert [link.attributes["href"] for link in missing.id("error-summary").all("a")] == [
        "#lastName", "#email",
    ]  # fmt: skip
    answer = await eva.sent(page, "Book", {"lastName": "Jansen"})
    again = await eva.sent(page, "Book", {"lastName": "Jansen"})
    assert answer.status_code == again.status_code == 303
    assert "Jansen" not in answer.headers["location"]
    assert answer.headers["location"] == again.headers["location"]
    shown = await eva.open(answer.headers["location"])
    assert facts(shown)["Name"] == "Jansen"
    assert history(shown)[0][:2] == ["Desk Smit", "Booked"]
    changed = await eva.sent(page, "Book", {"lastName": "Bakker"})
    assert changed.status_code == 409


async def test_what_the_service_requires_is_asked_for(staff: Staff, shared: Site) -> None:
    eva = await staff("desk")
    page = await form(eva, shared, "family", 381, party=2)
    missing = await eva.press(page, "Book", {"lastName": "Jansen"})
    faults = [link.attributes["href"] for link in missing.id("error-summary").all("a")]
    assert faults == ["#dateOfBirth", "#question-kids"]
    typed = {"dateOfBirth": "1984-03-27", "question-kids": "Two"}
    shown = await eva.press(missing, "Book", typed)
    assert facts(shown)["How many?"] == "Two"
    assert facts(shown)["People"] == "2"
    too_many = await form(eva, shared, "family", 381, party=5)
    assert too_many.has("party-fault")


async def test_a_refused_time_says_what_it_is_taken_by(staff: Staff, shared: Site) -> None:
    eva, paul = await staff("desk"), await staff("planner")
    first = await form(eva, shared, "strict", 382)
    same = await form(paul, shared, "strict", 382)
    await eva.press(first, "Book", {"lastName": "Jansen"})
    late = await form(eva, shared, "strict", 382)
    assert at(382) not in times(late)
    refused = await paul.press(same, "Book", {"lastName": "Smit"})
    assert refused.status == 409
    assert "09:00 to 09:15, Strict, Jansen" in refused.root.one("div", class_="warning").text
    assert refused.id("lastName").attributes["value"] == "Smit"
    assert chosen(refused) == at(382)
    assert len(times(refused)) == 4
    broken = await paul.press(refused, "Book", {"override": "yes", "reason": "Urgent"})
    assert facts(broken)["State"] == "Confirmed, Rules broken"


async def test_where_a_date_has_no_time_the_next_three_are_offered(
    staff: Staff, shared: Site
) -> None:
    eva = await staff("desk")
    page = await form(eva, shared, "card", -3)
    assert len(times(page)) == 3
    assert times(page)[0] >= at(0)
    assert chosen(page) == times(page)[0]


async def test_another_time_goes_before_the_choice(staff: Staff, shared: Site) -> None:
    paul = await staff("planner")
    page = await form(paul, shared, "card", 383)
    typed = {"lastName": "Jansen", "otherTime": at(384, 10 * 60)[:16], "durationMinutes": "45"}
    shown = await paul.press(page, "Book", typed)
    assert "10:00 to 10:45" in facts(shown)["Time"]


async def test_what_cannot_be_chosen_is_a_fault(staff: Staff, shared: Site) -> None:
    eva = await staff("desk")
    token = (await eva.open("book")).root.one("input", name="form_token").attributes["value"]
    elsewhere = shared.id("resource", "harbour-desk")
    card = [("service", shared.id("service", "card")), ("branch", shared.id("branch", "centre"))]
    for sent, field in (
        ([], "service"),
        ([*card, ("resource", elsewhere), ("startTime", at(386))], "resource"),
        ([*card, ("party", "0"), ("startTime", at(386))], "party"),
        ([*card, ("startTime", "tomorrow")], "startTime"),
    ):
        pairs = [("form_token", token), ("lastName", "Jansen"), *sent]
        refused = Page(await eva.post("/console/book", pairs))
        assert (refused.status, refused.has(f"{field}-fault")) == (422, True), field
    at_branch = await form(eva, shared, "card", 386, resource=elsewhere)
    assert at_branch.status == 200  # the branch was changed after the resource was chosen


async def test_the_clerk_reads_whether_the_customer_is_told(staff: Staff, shared: Site) -> None:
    eva = await staff("desk")
    page = await form(eva, shared, "card", 387)
    assert page.id("notify-hint").text == "By e-mail. Without an e-mail address nobody is told."
    by_phone = {"lastName": "Jansen", "phoneNumber": "+31 6 1234 5678"}
    shown = await eva.press(page, "Book", by_phone)
    said = "Nobody is told: the customer has no address for it."
    assert shown.id("status").text == f"The appointment is booked. {said}"
    assert f"No messages. {said}" in shown.root.one("main").text
    cancel = await eva.open(f"{shown.response.url.path}/cancel")
    assert cancel.id("notify-hint").text == said
    page = await form(eva, shared, "card", 387)
    shown = await eva.press(page, "Book", {"lastName": "Jansen", "email": "j@example.org"})
    assert shown.id("status").text == "The appointment is booked"


async def test_what_is_not_there_is_not_found(staff: Staff, shared: Site) -> None:
    eva = await staff("desk")
    for query in ("branch=x", "date=2027-13-01", "service=x", "resource=x"):
        assert (await eva.get(f"book?{query}")).status_code == 404, query
    foreign = shared.id("branch", "centre", account="globex")
    assert (await eva.get(f"book?branch={foreign}")).status_code == 404
    assert (await (await staff("viewer")).get("book")).status_code == 403


async def test_what_was_typed_outlives_the_session(staff: Staff, shared: Site) -> None:
    eva = await signed_in(shared, "desk")
    page = await form(eva, shared, "card", 385)
    eva.http.cookies.clear()
    answer = await eva.sent(page, "Book", {"lastName": "Jansen", "notify": []})
    assert answer.status_code == 401
    typed = {"account": "acme", "email": eva.email, "password": PASSWORD}
    back = await eva.press(Page(answer), "Sign in", typed)
    assert back.heading == "New appointment"
    assert back.id("lastName").attributes["value"] == "Jansen"
    assert "checked" not in back.id("notify").attributes
    assert chosen(back) == at(385)
    shown = await eva.press(back, "Book")
    assert facts(shown)["Name"] == "Jansen"
