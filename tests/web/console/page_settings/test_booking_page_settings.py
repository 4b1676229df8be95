"""Opening the booking page in the console, and what it looks like."""

import pytest

from ...site import Site
from ..clerk import signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATH = "setup/booking-page"


async def test_the_page_is_opened_and_shown_to_the_public(site: Site) -> None:
    ann = await signed_in(site, "planner")
    page = await ann.open(PATH)
    assert page.heading == "Booking page"
    typed = {"title": "Book <us>", "title-nl_NL": "Boek ons", "intro": "Bring\r\nyour pass."}
    shown = await ann.press(page, "Show a preview", {**typed, "accent": "#aa0000"})
    assert shown.status == 200
    assert shown.root.one("svg").attributes["aria-label"] == "Preview: Book <us>"
    assert shown.root.all("rect", fill="#aa0000")
    saved = await ann.press(shown, "Save")
    assert saved.id("status").text == "Saved"
    address = saved.root.one("main").one("a").text
    assert address.endswith("/book/acme")
    public = await site.http.get("/book/acme", headers={"Accept-Language": "nl"})
    assert public.status_code == 200
    assert "Boek ons" in public.text
    assert "#aa0000" in public.text


async def test_what_nobody_could_read_is_refused_beside_its_field(site: Site) -> None:
    ann = await signed_in(site, "planner")
    typed = {
        "accent": "#ffff00",
        "text": "black",
        "privacyUrl": "ftp://x",
        "contactEmail": "nobody",
        "embedOrigins": "https://ok.example\r\nnowhere",
        "holdsPerAddress": "many",
    }
    page = await ann.press(await ann.open(PATH), "Save", typed)
    assert page.status == 422
    assert page.id("holdsPerAddress-fault").text == "Enter a whole number from 0 to 1000000"
    page = await ann.press(page, "Save", {"holdsPerAddress": "5"})
    for field in ("text", "privacyUrl", "contactEmail", "embedOrigins"):
        assert page.id(f"{field}-fault").text, field
    page = await ann.press(
        page,
        "Save",
        {"text": "#000000"} | dict.fromkeys(("privacyUrl", "contactEmail", "embedOrigins"), ""),
    )
    assert "darker or a lighter colour" in page.id("accent-fault").text


async def test_the_page_is_closed_again(site: Site) -> None:
    ann = await signed_in(site, "planner")
    old = await ann.open(PATH)
    page = await ann.press(old, "Save", {"enabled": []})
    assert "cannot book yet" in page.root.text
    assert (await site.http.get("/book/acme")).status_code == 404
    page = await ann.press(old, "Save", {"title": "Late"})
    assert "by Planner Smit. Nothing more was done." in page.id("status").text
