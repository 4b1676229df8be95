"""What customers are written: the texts as they get them, and those of the account."""

import pytest

from openslot.web.console.message_texts.mail_markup import mail_markup

from ...site import Site
from ..clerk import signed_in

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

KINDS = ("Confirmation", "Change", "Cancellation", "Reminder")
LANGUAGES = 4  # of the account
TEXT = "setup/messages/booked/email/nl_NL"


async def test_every_text_is_shown_in_every_language(site: Site) -> None:
    ann = await signed_in(site, "planner")
    page = await ann.open("setup/messages")
    assert page.heading == "Messages"
    titles = [title.text for title in page.root.all("h3")]
    assert titles == [f"{kind}, {way}" for kind in KINDS for way in ("E-mail", "SMS")] * LANGUAGES
    assert "Anna Jansen" in page.root.text

    assert page.root.text.count("1 part,") + page.root.text.count(" parts,") == 4 * LANGUAGES


async def test_a_text_of_the_account_is_tried_saved_and_taken_away(site: Site) -> None:
    ann = await signed_in(site, "planner")
    page = await ann.open(TEXT)
    assert page.heading == "Confirmation, E-mail, Nederlands"
    typed = {"subject": "Tot {{ date }}", "text": "Dag {{ firstName }},\n\ntot ziens."}
    page = await ann.press(page, "Show a preview", typed)
    assert page.status == 200
    assert "Dag Anna," in page.root.text
    assert page.id("subject").attributes["value"] == "Tot {{ date }}"
    assert "Dag Anna," not in (await ann.open(TEXT)).root.text
    page = await ann.press(page, "Save", typed)
    assert page.id("status").text == "Saved"
    assert "Dag Anna," in page.root.text
    assert "Dag Anna," in (await ann.open("setup/messages")).root.text
    page = await ann.press(page, "Save", {"subject": "", "text": "", "html": ""})
    assert "Dag Anna," not in page.root.text


async def test_a_text_that_cannot_be_sent_is_refused_beside_its_field(site: Site) -> None:
    ann = await signed_in(site, "planner")
    for button in ("Show a preview", "Save"):
        typed = {"subject": "Hi", "text": "Dag {{ shoeSize }}"}
        page = await ann.press(await ann.open(TEXT), button, typed)
        assert page.status == 422
        assert "shoeSize" in page.id("text-fault").text
        assert page.id("subject").attributes["value"] == "Hi"
    page = await ann.press(await ann.open(TEXT), "Save", {"subject": "", "text": "Dag"})
    assert page.id("subject-fault").text == "This is needed"


async def test_how_customers_are_written_to_is_saved(site: Site) -> None:
    ann = await signed_in(site, "planner")
    typed = {
        "senderName": "Town hall",
        "channels-reminder": ["email", "sms"],
        "channels-moved": [],
        "quietFrom": "21:00",
        "quietUntil": "08:00",
    }
    old = await ann.open("setup/messages")
    page = await ann.press(old, "Save", typed)
    assert page.id("status").text == "Saved"
    text = (await ann.get("setup/account-file.yaml")).text
    assert "senderName: Town hall" in text
    assert "moved: []" in text
    page = await ann.press(old, "Save", {"senderName": "Harbour"})
    assert "by Planner Smit. Nothing more was done." in page.id("status").text
    page = await ann.press(page, "Save", {"replyTo": "nobody", "quietUntil": ""})
    assert page.status == 422
    assert page.id("replyTo-fault").text
    assert page.id("quietUntil-fault").text


async def test_no_such_text_is_not_found(site: Site) -> None:
    ann = await signed_in(site, "planner")
    for path in ("booked/email/fr_FR", "code/email/en_US", "booked/letter/en_US"):
        assert (await ann.get(f"setup/messages/{path}")).status_code == 404, path


async def test_a_mail_is_shown_without_what_could_act() -> None:
    html = (
        "<head><title>T</title></head><script>x()</script><p onclick='x()'>A <b>B</b> &lt;i&gt;"
        "<p>C</main></div><ul><li><a href='https://x.example'>D</a><img src=x>"
    )
    assert mail_markup(html) == (
        "<p>A <strong>B</strong> &lt;i&gt;</p><p>C<ul><li><u>D</u></li></ul></p>"
    )
