"""The product's own texts, as the customer reads them."""

from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from openslot.delivery.model.message_kinds import (
    BOOKED,
    CANCELLED,
    EMAIL,
    MESSAGE_KINDS,
    MOVED,
    SMS,
)
from openslot.delivery.texts.local_times import local_date, local_time
from openslot.delivery.texts.locales import locale_of_text
from openslot.delivery.texts.rendering import render

from ..message_facts import URL, facts, minute

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip() and self.tags[-1][0] != "style":
            self.said.append(data.strip())


def _read(html: str | None) -> _Words:
    words = _Words()
    words.feed(html or "")
    return words


def test_a_move_tells_service_both_times_place_and_how_to_change_it() -> None:
    told = facts(locale="nl_NL", previous_start=minute("2027-01-11T08:00"), party=3, manage_url=URL)
    message = render(MOVED, EMAIL, told)
    assert message.subject == "Nieuwe tijd: Passport, dinsdag 12 januari 2027, 10:00, Town hall"
    assert message.text == (
        "Uw afspraak heeft een nieuwe tijd\n\n"
        "Beste Jo Doe,\n\n"
        "Dienst: Passport\n"
        "Datum: dinsdag 12 januari 2027\n"
        "Tijd: 10:00 – 10:30\n"
        "Eerder: maandag 11 januari 2027, 09:00\n"
        "Plaats: Town hall, Main street 1, 1234 AB Acme\n"
        "Met: Desk 1, Ann\n"
        "Personen: 3\n"
        "Referentie: AB12\n\n"
        f"Afspraak verzetten of annuleren:\n{URL}\n\n"
        "Gemeente Acme\n"
    )


@pytest.mark.parametrize("kind", MESSAGE_KINDS)
@pytest.mark.parametrize("locale", ["en_US", "nl_NL", "de_DE"])
def test_text_and_html_say_the_same(kind: str, locale: str) -> None:
    message = render(kind, EMAIL, facts(locale=locale, manage_url=URL))
    of_html = " ".join(_read(message.html).said[1:])  # without the title
    of_text = message.text.replace(URL, "")
    assert of_html.replace(":", "").split() == of_text.replace(":", "").split()


def test_without_a_link_nothing_is_said_of_it() -> None:
    message = render(BOOKED, EMAIL, facts())
    assert "cancel" not in message.text
    assert "a" not in [tag for tag, _ in _read(message.html).tags]


def test_a_cancelled_appointment_has_no_link() -> None:
    assert URL not in render(CANCELLED, EMAIL, facts(manage_url=URL)).text
    assert URL not in render(CANCELLED, SMS, facts(manage_url=URL)).text


def test_nobody_is_addressed_who_gave_no_name() -> None:
    assert "\nHello,\n" in render(BOOKED, EMAIL, facts(first_name="", last_name="")).text


def test_a_page_says_its_language_and_direction_and_loads_nothing() -> None:
    page = _read(render(BOOKED, EMAIL, facts(locale="ar_EG", manage_url=URL)).html)
    assert page.tags[0] == ("html", {"lang": "ar-EG", "dir": "rtl"})
    loading = [a for _, a in page.tags if "src" in a or "srcset" in a]
    assert loading == []
    assert "link" not in [tag for tag, _ in page.tags]


def test_braces_in_names_stay() -> None:
    message = render(BOOKED, EMAIL, facts(service="{what}", first_name="{name}", branch="{{ x }}"))
    assert message.subject == "Confirmed: {what}, Tuesday, January 12, 2027, 10:00 AM, {{ x }}"
    assert "Hello {name} Doe," in message.text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("2027-10-31T00:30", "02:30 (UTC+02:00)"),
        ("2027-10-31T01:30", "02:30 (UTC+01:00)"),
        ("2027-10-31T02:00", "03:00"),
        ("2027-03-28T01:00", "03:00"),
        ("2027-03-28T00:59", "01:59"),
    ],
)
def test_a_time_that_exists_twice_is_followed_by_its_offset(at: str, text: str) -> None:
    assert local_time(minute(at), _AMSTERDAM, "nl_NL") == text


def test_dates_and_times_are_those_of_the_language() -> None:
    at = minute("2027-01-12T09:00")
    assert local_date(at, _AMSTERDAM, "en_US") == "Tuesday, January 12, 2027"
    assert local_time(at, _AMSTERDAM, "en_US") == "10:00 AM"
    assert local_date(at, _AMSTERDAM, "de_DE") == "Dienstag, 12. Januar 2027"
    assert local_date(at, _AMSTERDAM, "xx_XX") == "Tuesday, January 12, 2027"


@pytest.mark.parametrize(
    ("language", "default", "written", "locale"),
    [
        ("nl_BE", "en_US", [], "nl_BE"),
        ("fr_FR", "de_DE", [], "de_DE"),
        ("fr_FR", "de_DE", ["fr_CA"], "fr_FR"),
        ("fr_FR", "tr_TR", [], "en"),
    ],
)
def test_a_language_without_text_falls_back(
    language: str, default: str, written: list[str], locale: str
) -> None:
    assert locale_of_text(language, default, written) == locale
