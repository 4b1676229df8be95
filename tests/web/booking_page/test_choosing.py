"""Choosing what, where and when: each choice is an address."""

from typing import Any

import pytest

from .conftest import Booking

pytestmark = [pytest.mark.anyio, pytest.mark.slow]


async def test_the_first_step_asks_for_the_service(shared_page: Booking) -> None:
    page = await shared_page.open()
    assert (page.status, page.step, page.heading) == (200, "service", "What do you need?")
    assert page.root.one("title").text == "What do you need? – Town of Acme"
    values = [box.attributes["value"] for box in page.root.all("input", name="service")]
    # Inactive ones are left out; boxes, since the account combines services.
    assert values == ["passport", "card", "family", "licence", "strict"] or sorted(values) == [
        "card",
        "family",
        "licence",
        "passport",
        "strict",
    ]
    intro = "Bring <b>your</b> passport"
    assert intro in page.root.one("main").text
    press, typed = shared_page.visitor.press, {"service": ["passport"]}
    assert intro not in (await press(page, page.button("Continue"), typed)).root.one("main").text


async def test_each_choice_leads_to_the_next_question(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    service = await shared_page.open()
    branch = await visitor.press(service, service.button("Continue"), {"service": ["passport"]})
    assert (branch.status, branch.step) == (200, "branch")
    assert branch.heading == "Where would you like to go?"
    time = await visitor.press(branch, branch.button("Continue"), {"branch": "harbour"})
    assert (time.status, time.heading) == (200, "Choose a day and time")
    assert "branch=harbour" in str(time.response.url)


async def test_what_has_one_answer_is_skipped(shared_page: Booking) -> None:
    assert (await shared_page.open("?service=card")).step == "time"
    people = await shared_page.open("?service=family")
    assert people.step == "service"
    assert not [box for box in people.root.all("input") if box.attributes.get("type") == "radio"]
    assert people.id("people").attributes["max"] == "4"
    assert (await shared_page.open("?service=family&people=2")).step == "time"


@pytest.mark.parametrize(
    ("address", "step"),
    [
        ("?service=nothing", "service"),
        ("?service=twins", "service"),
        ("?service=passport&branch=closed-down", "branch"),
        ("?service=card&branch=harbour", "time"),
        ("?service=card&resource=booth", "time"),
        ("?service=family&people=many", "service"),
        ("?service=card&date=2027-02-30", "time"),
        ("?service=card&date=9999-12-31", "time"),
        ("?service=card&month=13", "time"),
    ],
)
async def test_what_does_not_fit_is_dropped_and_said(
    shared_page: Booking, address: str, step: str
) -> None:
    page = await shared_page.open(address)
    assert (page.status, page.step) == (200, step)
    assert page.id("notice").text


async def test_what_the_form_gets_wrong_is_a_fault_of_the_form(shared_page: Booking) -> None:
    together = await shared_page.open("?service=card&service=passport")
    assert (together.status, together.step) == (422, "service")
    assert together.root.one("title").text.startswith("Error: ")
    link = together.id("error-summary").one("a")
    field = together.id(link.attributes["href"][1:])
    assert field.attributes["aria-describedby"] == "service-error"
    assert together.id("service-error").text == link.text
    crowd = await shared_page.open("?service=family&people=5")
    assert (crowd.status, crowd.id("people-error").text) == (422, "At most 4 people can come.")
    for typed in ("", "0"):
        nobody = await shared_page.visitor.press(
            crowd, crowd.button("Continue"), {"service": "family", "people": typed}
        )
        said = (nobody.status, nobody.id("people-error").text, nobody.has("notice"))
        assert said == (422, "Enter how many people will come", False)
        assert nobody.id("people").attributes["value"] == typed


@pytest.mark.parametrize(
    ("choices", "path", "query"),
    [
        ("?service=card&date=2027-01-06", "services/{card}", {}),
        (
            "?service=family&people=3&date=2027-01-06",
            "services/{family}",
            {"numberOfReservations": 3},
        ),
    ],
)
async def test_the_starts_are_those_of_the_api(
    shared_page: Booking, choices: str, path: str, query: dict[str, Any]
) -> None:
    site = shared_page.site
    page = await shared_page.open(choices)
    shown = [button.attributes["value"] for button in page.id("times").all("button")]
    ids = {key: site.id("service", key) for key in ("card", "family")}
    answer = await site.call(
        "GET",
        f"/branches/{site.id('branch', 'centre')}/{path.format(**ids)}/timeslots",
        params={"from": "2027-01-06", "to": "2027-01-07", **query},
    )
    assert shown == [slot["startTime"] for slot in answer.json()]
    assert len(shown) > 20


async def test_the_month_is_a_table_in_the_order_of_the_locale(shared_page: Booking) -> None:
    page = await shared_page.open("?service=card&date=2027-01-12")
    days = [cell.all("span")[1].text for cell in page.id("month").one("thead").all("th")]
    assert days[0] == "Sunday"
    opened = page.id("month").one("a", aria_current="date")
    assert opened.name.startswith("Tuesday, January 12, 2027, ")
    assert opened.attributes["href"].endswith("#times")
    # Yesterday is over, and nothing is before this month.
    assert "Previous month" not in [link.name for link in page.root.all("a")]
    later = await shared_page.visitor.open(page.link("Next month").attributes["href"])
    assert later.id("month").one("caption").text == "February 2027"
    assert later.link("Previous month")
    dutch = await shared_page.open("?service=card&date=2027-01-12&lang=nl")
    first = dutch.id("month").one("thead").one("th")
    assert first.all("span")[1].text == "maandag"


async def test_a_start_is_called_by_its_full_date_and_time(shared_page: Booking) -> None:
    page = await shared_page.open("?service=card&date=2027-01-12")
    button = page.id("times").all("button")[4]
    assert button.attributes["value"] == "2027-01-12T10:00:00+01:00"
    assert button.name == "Tuesday, January 12, 2027, 10:00 AM"
    assert page.id("zone").attributes["data-zone"] == "Europe/Amsterdam"
    assert "Amsterdam (UTC+01:00)" in page.id("zone").text
    dutch = await shared_page.open("?service=card&date=2027-01-12&lang=nl-NL")
    assert dutch.id("times").all("button")[4].name == "dinsdag 12 januari 2027, 10:00"


async def test_a_day_without_free_times_opens_none_and_leads_on(shared_page: Booking) -> None:
    page = await shared_page.open("?service=card&date=2027-01-03")
    assert page.status == 200
    assert not page.has("times")
    leads_to = page.id("notice").one("a").attributes["href"]
    assert "date=2027-01-04" in leads_to
    both = await shared_page.open("?service=card&resource=nobody&date=2027-01-03")
    assert "Part of the link does not exist" in both.id("notice").text
    assert "no free times on Sunday, January 3" in both.id("notice").text


async def test_the_first_free_time_at_any_branch(shared_page: Booking) -> None:
    page = await shared_page.open("?service=licence")
    assert page.link("First free time at any branch")
    answer = await shared_page.site.http.get("/book/acme?service=licence&first=1")
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location == "/book/acme?service=licence&branch=centre&date=2027-01-04"


async def test_the_language_stays(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    page = await shared_page.open("?service=passport&lang=nl_NL")
    assert page.heading == "Waar wilt u heen?"
    assert page.root.one("html").attributes["lang"] == "nl-NL"
    time = await visitor.press(page, page.button("Verder"), {"branch": "centre"})
    details = await visitor.press(time, time.id("times").all("button")[0])
    assert details.heading == "Uw gegevens"
    check = await visitor.press(
        details, details.button("Verder"), {"firstName": "Jo", "email": "jo@a.example"}
    )
    assert check.heading == "Controleer uw antwoorden"
    done = await visitor.press(check, check.button("Afspraak bevestigen"))
    assert done.heading == "Uw afspraak is gemaakt"
    german = done.root.one("a", hreflang="de-DE")
    assert (await visitor.open(german.attributes["href"])).heading == "Ihr Termin ist gebucht"
    assert (await visitor.open(done.id("manage").attributes["href"])).heading == "Uw afspraak"
    gone = await shared_page.open("/details?hold=none&lang=nl_NL")
    assert (gone.status, gone.heading) == (404, "Deze pagina bestaat niet")
    over = await visitor.open("/manage/none?lang=nl_NL")
    assert (over.status, over.heading) == (404, "Deze link werkt niet meer")


async def test_a_browser_says_its_language(shared_page: Booking) -> None:
    shown = await shared_page.site.http.get("/book/acme", headers={"Accept-Language": "de"})
    assert shown.headers["content-language"] == "de-DE"


async def test_going_on_without_a_choice_is_a_fault(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    for address, name in (("", "service"), ("?service=passport", "branch")):
        page = await shared_page.open(address)
        nothing = await visitor.press(page, page.button("Continue"))
        assert (nothing.status, nothing.step) == (422, name)
        assert nothing.id("error-summary").one("a").attributes["href"] == f"#{name}"
        assert nothing.id(name).attributes["aria-invalid"] == "true"


async def test_a_link_may_name_the_last_things_first(shared_page: Booking) -> None:
    visitor = shared_page.visitor
    page = await shared_page.open("?resource=harbour-desk&date=2027-01-12")
    assert (page.step, page.has("notice")) == ("service", False)
    values = [box.attributes["value"] for box in page.root.all("input", name="service")]
    assert sorted(values) == ["licence", "passport"]
    times = await visitor.press(page, page.button("Continue"), {"service": ["passport"]})
    assert (times.step, times.id("times").one("h2").text) == ("time", "Tuesday, January 12, 2027")
    assert "resource=harbour-desk" in str(times.response.url)


async def test_a_time_that_exists_twice_says_which(booking: Booking) -> None:
    """On 31 October 2027 clocks in Amsterdam show 02:00 to 02:59 twice."""
    branch_id = booking.site.world.acme.ids["branch", "centre"]
    hours = [{"day": "sunday", "opens": "01:45", "closes": "03:15"}]
    changed = await booking.admin.call("PATCH", f"/branches/{branch_id}", {"openingHours": hours})
    assert changed.status_code == 200, changed.text
    page = await booking.open("?service=card&date=2027-10-31")
    starts = page.id("times").all("button")
    day = "Sunday, October 31, 2027"
    assert [one.attributes["aria-label"].replace("\u202f", " ") for one in starts] == [
        f"{day}, 1:45 AM",
        *(f"{day}, 2:{minute:02} AM (first)" for minute in (0, 15, 30, 45)),
        *(f"{day}, 2:{minute:02} AM (second)" for minute in (0, 15, 30, 45)),
        f"{day}, 3:00 AM",
    ]
    assert [one.attributes["value"] for one in starts[1::4]] == [
        "2027-10-31T02:00:00+02:00", "2027-10-31T02:00:00+01:00", "2027-10-31T03:00:00+01:00",
    ]  # fmt: skip
    held = await booking.visitor.press(page, starts[5])
    assert "2:00 AM (second)" in held.root.one("main").text.replace("\u202f", " ")
    later = [{"day": "sunday", "opens": "09:00", "closes": "10:00"}]
    changed = await booking.admin.call("PATCH", f"/branches/{branch_id}", {"openingHours": later})
    assert changed.status_code == 200, changed.text
    by_day = await booking.open("?service=card&date=2027-10-31")
    for shown in (page, by_day):
        assert "UTC+02:00, UTC+01:00" in shown.id("zone").text
