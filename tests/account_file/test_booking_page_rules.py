"""What an account file may say of its booking page, and what it is told when it may not."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from openslot.account_file.booking_page.colours import (
    BLACK,
    WHITE,
    Colour,
    contrast,
    lightened,
    words_on,
)
from openslot.account_file.booking_page.logo import MOST_LOGO_BYTES, read_logo
from openslot.account_file.booking_page.page_languages import page_languages
from openslot.account_file.checking import InvalidAccountFile, check

from .installation import Installation

PNG = b"\x89PNG\r\n\x1a\n"


def data_url(content: bytes, kind: str = "image/png") -> str:
    """A picture as an account file has it."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


PAGE: dict[str, Any] = {
    "listed": True,
    "title": {"en_US": "Town of Acme"},
    "texts": {"intro": "Welcome.\nPlease choose.", "done": {"en_US": "See you"}},
    "colours": {"accent": "#0b57d0"},
    "logo": data_url(PNG),
    "privacyUrl": "https://www.example.org/privacy",
    "contact": {"phone": "+31 15 123 4567", "email": "info@example.org"},
    "embedOrigins": ["https://www.example.org", "http://localhost:8080", "http://[::1]:3000"],
    "languages": ["en_US"],
    "limits": {"holdsPerAddress": 0},
}


def faults(page: Any) -> dict[str, str]:
    """The sentence of each fault, by its place below `/bookingPage`."""
    with pytest.raises(InvalidAccountFile) as refused:
        check({"account": "acme", "name": "Acme", "bookingPage": page})
    return {f.field.removeprefix("/bookingPage/"): f.detail for f in refused.value.faults}


@pytest.mark.parametrize("page", [PAGE, {}])
def test_it_is_exported_as_it_was_applied(tmp_path: Path, page: dict[str, Any]) -> None:
    installation = Installation(tmp_path)
    document = {"account": "acme", "name": "Acme", "bookingPage": page}
    installation.apply(json.loads(json.dumps(document)))
    exported = installation.export("acme")
    assert exported["bookingPage"] == page
    assert installation.apply(exported).changes == ()
    del exported["bookingPage"]
    installation.apply(exported)
    assert "bookingPage" not in installation.export("acme")


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ({"logo": data_url(b"<svg/>", "image/svg+xml")}, "logo"),
        ({"logo": data_url(b"GIF89a", "image/png")}, "logo"),
        ({"logo": data_url(PNG + b"\0" * MOST_LOGO_BYTES)}, "logo"),
        ({"logo": "https://www.example.org/logo.png"}, "logo"),
        ({"logo": "data:image/png;base64,****"}, "logo"),
        ({"privacyUrl": "http://www.example.org/"}, "privacyUrl"),
        ({"privacyUrl": "https://"}, "privacyUrl"),
        ({"privacyUrl": "javascript:alert(1)"}, "privacyUrl"),
        ({"embedOrigins": ["https://www.example.org/"]}, "embedOrigins/0"),
        ({"embedOrigins": ["https://www.example.org?x"]}, "embedOrigins/0"),
        ({"embedOrigins": ["https://*.example.org"]}, "embedOrigins/0"),
        ({"embedOrigins": ["https://me:pw@example.org"]}, "embedOrigins/0"),
        ({"embedOrigins": ["http://www.example.org"]}, "embedOrigins/0"),
        ({"embedOrigins": ["https://a.example; script-src *"]}, "embedOrigins/0"),
        ({"embedOrigins": ["https://a.example:99999"]}, "embedOrigins/0"),
        ({"embedOrigins": ["https://a.example"] * 21}, "embedOrigins"),
        ({"colours": {"accent": "blue"}}, "colours/accent"),
        ({"colours": {"accent": "#0b57d0\n"}}, "colours/accent"),
        ({"texts": {"intro": " \n "}}, "texts/intro"),
        ({"texts": {"done": "x" * 2001}}, "texts/done"),
        ({"contact": {"email": "nobody"}}, "contact/email"),
        ({"limits": {"holdsPerAddress": -1}}, "limits/holdsPerAddress"),
        ({"colour": {}}, "colour"),
    ],
)
def test_what_cannot_be_shown_is_refused_where_it_stands(page: Any, place: str) -> None:
    assert list(faults(page)) == [place]


def test_a_logo_that_is_too_large_is_told_in_bytes() -> None:
    large = {"logo": data_url(PNG + b"\0" * 40_000)}
    assert faults(large) == {"logo": f"`logo` has {len(PNG) + 40_000} bytes; the most is 20000"}


@pytest.mark.parametrize(
    ("colours", "place", "ratio"),
    [
        # #777777 is the lightest grey that just fails on white, with 4.478
        ({"accent": "#777777"}, "colours/accent", "4.47"),
        ({"text": "#ffffff"}, "colours/text", "1.00"),
    ],
)
def test_colours_that_cannot_be_read_are_refused_with_their_ratio(
    colours: dict[str, str], place: str, ratio: str
) -> None:
    found = faults({"colours": colours})
    assert list(found) == [place]
    assert "contrast" in found[place]
    assert f"{ratio}:1" in found[place]


def test_a_background_alone_that_hides_the_usual_text_is_refused() -> None:
    assert list(faults({"colours": {"background": "#000000"}})) == ["colours/background"]


def test_the_least_contrast_is_enough() -> None:
    check({"account": "acme", "name": "Acme", "bookingPage": {"colours": {"accent": "#767676"}}})


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == pytest.approx(1)
    assert words_on(Colour(11, 87, 208)) == WHITE
    assert words_on(Colour(255, 221, 0)) == BLACK


def test_a_dark_accent_is_lightened_until_it_can_be_read() -> None:
    dark = Colour(18, 18, 18)
    assert contrast(lightened(Colour(11, 87, 208), dark), dark) >= 4.5
    assert lightened(WHITE, dark) == WHITE


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    ],
)
def test_the_content_of_a_logo_says_its_kind(content: bytes, media_type: str) -> None:
    assert read_logo(data_url(content, "text/html")).media_type == media_type


def test_it_speaks_the_languages_that_it_has_words_in() -> None:
    found = faults({"languages": ["en_US", "fr_FR", "ar_XB", "nl_BE"]})
    assert set(found) == {"languages/1"}
    assert "en, nl, de" in found["languages/1"]


@pytest.mark.parametrize(
    ("block", "locales", "expected"),
    [
        ({}, ["fr_FR", "nl_NL", "en_US"], ("nl_NL", "en_US")),
        ({}, ["fr_FR"], ("en_GB",)),
        ({"languages": ["de_DE", "nl_NL"]}, ["en_US"], ("de_DE", "nl_NL")),
    ],
)
def test_without_languages_those_of_the_account_that_it_speaks(
    block: dict[str, Any], locales: list[str], expected: tuple[str, ...]
) -> None:
    assert page_languages(block, locales) == expected
