"""From a chosen time to an appointment, without scripts and cookies."""

import asyncio

import pytest

from .conftest import FAMILY, PERSON, Booking
from .visitor import fields_of, form_of

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_a_booking_from_end_to_end(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    page = await shared_page.details("?service=family&people=2")
    assert (page.step, page.heading) == ("details", "Your details")
    assert "until" in page.id("hold").text
    assert page.id("hold").attributes["data-seconds-left"] == "900"
    assert "hidden" in page.id("hold-warning").attributes
    check = await visitor.press(page, page.button("Continue"), FAMILY)
    assert (check.status, check.heading) == (200, "Check your answers")
    answers = check.id("answers").text
    for shown in ("Family", "2", "Markt 1, Delft", "25 minutes", "Wilhelmina", "Two", "1980"):
        assert shown in answers
    done = await visitor.press(check, check.button("Confirm appointment"))
    assert (done.step, done.heading) == ("done", "Your appointment is booked")
    reference = done.id("reference").text
    assert "See you there" in done.root.one("main").text
    assert "Wilhelmina" not in done.response.text
    found = await shared_page.admin.call("GET", f"/appointments?reference={reference.lower()}")
    [booked] = found.json()
    assert (booked["origin"], booked["language"]) == ("booking-page", "en_US")
    assert booked["customer"]["lastName"] is None
    assert booked["customer"]["dateOfBirth"] == "1980-02-01"
    assert booked["informationQuestions"][0]["answer"] == "Two"


async def test_how_long_a_party_takes_is_said_where_it_is_chosen(shared_page: Booking) -> None:
    people = (await shared_page.open("?service=family")).root.one("main").text
    assert "15 minutes, 10 minutes more for each further person" in people
    times = await shared_page.open("?service=family&people=2")
    assert "2 people, 25 minutes" in times.root.one("main").text


async def test_all_faults_are_said_at_once_and_nothing_typed_is_lost(shared_page: Booking) -> None:
    page = await shared_page.details("?service=family&people=1")
    typed = {
        "firstName": " ",
        "email": "no <address>",
        "phoneNumber": "12",
        "dateOfBirth-day": "31",
    }
    typed |= {"dateOfBirth-month": "2", "dateOfBirth-year": "1980"}
    wrong = await shared_page.visitor.press(page, page.button("Continue"), typed)
    assert (wrong.status, wrong.step) == (422, "details")
    names = [a.attributes["href"][1:] for a in wrong.id("error-summary").all("a")]
    assert names == ["firstName", "email", "phoneNumber", "dateOfBirth-day", "question-kids"]
    for link in wrong.id("error-summary").all("a"):
        field = wrong.id(link.attributes["href"][1:])
        assert field.attributes["aria-invalid"] == "true"
        assert wrong.id(field.attributes["aria-describedby"]).text == link.text
    sent = dict(fields_of(wrong, wrong.id("details"), {}))
    assert {name: sent[name] for name in typed} == typed


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "José 山田 محمد", 'O\'Brien "Bob" & co']
)
async def test_whatever_is_typed_is_shown_as_text(shared_page: Booking, name: str) -> None:
    check = await shared_page.check(firstName=name)
    assert name in check.id("answers").text
    assert "<script>alert" not in check.response.text


async def test_a_form_sent_twice_has_one_effect(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    page = await shared_page.open("?service=card&date=2027-01-08")
    start = page.id("times").all("button")[5]
    both = await asyncio.gather(*(visitor.sent(page, start) for _ in range(2)))
    assert [answer.status_code for answer in both] == [303, 303]
    assert both[0].headers["location"] == both[1].headers["location"]
    held_at = both[0].headers["location"]
    details = await visitor.press(page, start)
    check = await visitor.press(details, details.button("Continue"), PERSON)
    confirm = check.button("Confirm appointment")
    both = await asyncio.gather(*(visitor.sent(check, confirm) for _ in range(2)))
    assert [answer.status_code for answer in both] == [303, 303]
    assert both[0].headers["location"] == both[1].headers["location"]
    # Once it is booked as before; the details of what is booked lead to the same page.
    assert (await visitor.sent(page, start)).headers["location"] == held_at
    assert (await visitor.press(details, details.button("Continue"), PERSON)).step == "done"
    starts = [a["timeSlot"]["startTime"] for a in await shared_page.appointments()]
    assert starts.count(start.attributes["value"]) == 1


async def test_a_changed_hidden_field_begins_again(shared_page: Booking) -> None:
    page = await shared_page.check()
    button = page.button("Confirm appointment")
    form = form_of(page, button)
    good = fields_of(page, form, {})
    hidden = [name for name, _ in good]
    assert {"hold", "firstName", "email", "signature"} <= set(hidden)
    for place, (name, value) in enumerate(good):
        changed = [*good[:place], (name, value + "x"), *good[place + 1 :]]
        answer = await shared_page.site.http.post("/book/acme/confirm", data=dict(changed))
        assert (answer.status_code, 'data-step="service"' in answer.text) == (422, True), name


async def test_choosing_another_time_keeps_what_was_typed(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    check = await shared_page.check(phoneNumber="015 123 4567")
    times = await visitor.press(check, check.button("Choose another time"))
    assert times.step == "time"
    before = check.id("answers").text
    # One's own time is shown as free on its day, and no address holds what was typed.
    assert times.id("times").one("h2").text == "Tuesday, January 5, 2027"
    assert times.id("month").all("a") == []
    other = times.id("times").all("button")[3]
    again = await visitor.press(times, other)
    assert again.step == "check"
    assert "015 123 4567" in again.id("answers").text
    assert again.id("answers").text != before
    day = times.id("month").all("button")[-1]
    assert day.attributes["formaction"].endswith("#times")  # where the next Tab goes on
    assert (await visitor.press(times, day)).step == "time"


async def test_each_answer_can_be_changed(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    check = await shared_page.check()
    name = await visitor.press(check, check.button("Change First name"))
    assert name.id("details").attributes["data-focus"] == "firstName"
    assert dict(fields_of(name, name.id("details"), {}))["firstName"] == "Wilhelmina"
    assert (await visitor.press(check, check.button("Change Service"))).step == "service"
    assert (await visitor.press(check, check.button("Change Date and time"))).step == "time"
    place = await visitor.press(check, check.button("Change Place"))
    assert place.step == "branch"
    assert "Back" not in [link.name for link in place.root.all("a")]  # it would lose the name
    times = await visitor.press(place, place.button("Continue"), {"branch": "harbour"})
    moved = await visitor.press(times, times.id("times").all("button")[0])
    assert "Harbour" in moved.id("answers").text
    assert "Wilhelmina" in moved.id("answers").text


async def test_choices_that_are_changed_later_keep_what_was_typed(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    page = await shared_page.details("?service=family&people=2")
    check = await visitor.press(page, page.button("Continue"), FAMILY)
    people = await visitor.press(check, check.button("Change People"))
    crowd = await visitor.press(people, people.button("Continue"), {"people": "9"})
    assert (crowd.status, crowd.id("people-error").text) == (422, "At most 4 people can come.")
    times = await visitor.press(crowd, crowd.button("Continue"), {"people": "3"})
    again = await visitor.press(times, times.id("times").all("button")[0])
    assert (again.step, "3 people" in again.id("answers").text) == ("check", False)
    assert "35 minutes" in again.id("answers").text
    assert "Wilhelmina" in again.id("answers").text
    other = await visitor.press(again, again.button("Change Service"))
    both = {"service": ["card", "passport"], "people": "1"}
    fault = await visitor.press(other, other.button("Continue"), both)
    assert (fault.status, fault.has("service-error")) == (422, True)
    place = await visitor.press(fault, fault.button("Continue"), {**both, "service": ["passport"]})
    assert place.step == "branch"
    anywhere = await visitor.press(place, place.button("First free time at any branch"))
    assert anywhere.step == "time"
    last = await visitor.press(anywhere, anywhere.id("times").all("button")[0])
    assert "Wilhelmina" in last.id("answers").text


async def test_a_hold_that_ran_out_is_taken_again(booking: Booking) -> None:
    check = await booking.check()
    await booking.wait(hours=20)
    done = await booking.visitor.press(check, check.button("Confirm appointment"))
    assert done.step == "done"
    [booked] = await booking.appointments()
    assert booked["timeSlot"]["startTime"] == "2027-01-05T09:00:00+01:00"


async def test_more_time_is_given_for_an_hour(booking: Booking) -> None:
    visitor = booking.visitor
    page = await booking.details()
    await booking.wait(minutes=14)
    page = await visitor.press(page, page.button("I need more time"), {"firstName": "Jo"})
    assert page.id("hold").attributes["data-seconds-left"] == "900"
    assert dict(fields_of(page, page.id("details"), {}))["firstName"] == "Jo"
    for minutes in (28, 42, 56):
        await booking.wait(minutes=minutes)
        page = await visitor.press(page, page.button("I need more time"))
    assert page.id("hold").attributes["data-seconds-left"] == "240"
    assert "I need more time" not in [b.name for b in page.root.all("button")]
    assert "hour" in page.id("hold").text


async def test_a_time_that_somebody_else_took_is_lost(booking: Booking) -> None:
    visitor = booking.visitor
    choices = "?service=passport&branch=harbour&date=2027-01-05"
    page = await booking.open(choices)
    start = page.id("times").all("button")[8]
    mine = await visitor.press(page, start)
    check = await visitor.press(mine, mine.button("Continue"), PERSON)
    await booking.wait(minutes=20)
    theirs = await booking.open(choices)
    assert (await visitor.press(theirs, theirs.id("times").all("button")[8])).step == "details"
    lost = await visitor.press(check, check.button("Confirm appointment"))
    assert (lost.status, lost.step) == (409, "lost")
    assert lost.heading == "That time is no longer free"
    offered = [b.attributes["value"][11:16] for b in lost.root.all("button", name="start")]
    assert offered == ["10:45", "11:15", "10:30"]
    again = await visitor.press(lost, lost.root.all("button", name="start")[0])
    assert again.step == "check"
    assert "Wilhelmina" in again.id("answers").text
    stale = await visitor.press(page, page.id("times").all("button")[8])
    assert stale.status in (200, 409)


async def test_a_start_that_is_no_time_is_refused(shared_page: Booking) -> None:
    page = await shared_page.open("?service=card")
    button = page.id("times").all("button")[0]
    button.attributes["value"] = "tomorrow"
    assert (await shared_page.visitor.press(page, button)).status == 422
    button.attributes["value"] = "2027-01-05T03:07:00+01:00"
    assert (await shared_page.visitor.press(page, button)).status == 409


async def test_the_calendar_file_names_nobody(shared_page: Booking) -> None:
    done = await shared_page.done()
    answer = await shared_page.site.http.get(done.id("ics").attributes["href"])
    assert answer.headers["content-type"].startswith("text/calendar")
    assert done.id("reference").text in answer.text
    assert "use the link that you got" in answer.text.replace("\r\n ", "")
    assert "METHOD" not in answer.text
    assert "Wilhelmina" not in answer.text


async def test_what_happens_with_the_e_mail_address_is_said(booking: Booking) -> None:
    async def hint() -> str:
        details = await booking.details()
        return details.id(details.id("email").attributes["aria-describedby"]).text

    done = await booking.done()
    assert "recorded" in done.id("confirmation").text  # a sandbox sends nothing
    assert "recorded" in await hint()
    path = f"/services/{booking.site.id('service', 'passport')}"
    optional = {"customerFields": {"email": "optional"}}
    assert (await booking.admin.call("PATCH", path, optional)).status_code == 200
    assert await hint() == "Without it you get no confirmation by e-mail."
    silent = {"messages": {"channels": {"booked": []}}}
    assert (await booking.admin.call("PATCH", "/account", silent)).status_code == 200
    assert "no confirmation to this address" in await hint()
    without = await booking.visitor.open(str(done.response.url))
    assert "No confirmation is sent." in without.id("confirmation").text


async def test_the_link_to_keep_is_marked_while_it_is_shown(booking: Booking) -> None:
    done = await booking.done()
    assert done.id("manage").parent is not None
    box = done.id("manage").parent.parent
    assert box is not None
    assert box.one("h2").text == "Keep this link"
    await booking.wait(minutes=61)
    later = await booking.visitor.open(str(done.response.url))
    assert (later.status, later.has("manage")) == (200, False)
    assert "Keep this link" not in later.root.one("main").text
