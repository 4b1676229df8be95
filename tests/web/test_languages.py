"""Accept-Language: the published spellings, RFC 9110's forms, and everything else."""

import pytest

from openslot.web.http.languages import choose, content_language

from .site import Site

pytestmark = pytest.mark.anyio
ALL = ("en_US", "en_UK", "fr_FR", "nl_NL", "de_DE", "it_IT", "ES_es")


@pytest.mark.parametrize("written", ALL)
async def test_the_published_spellings(written: str) -> None:
    """Each names itself."""
    assert choose(written, ALL) == written


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "en_US"),
        ("", "en_US"),
        ("nl-NL", "nl_NL"),
        ("nl_nl", "nl_NL"),
        ("NL", "nl_NL"),
        ("nl-BE", "nl_NL"),
        ("en-GB", "en_UK"),
        ("en-AU", "en_US"),
        ("es", "ES_es"),
        ("es-MX", "ES_es"),
        ("nl-NL, nl;q=0.8", "nl_NL"),
        ("en;q=0.5, nl;q=0.9", "nl_NL"),
        ("nl;q=0, de", "de_DE"),
        ("zh-Hant-TW, fr;q=0.1", "fr_FR"),
        ("xx", "en_US"),
        ("*", "en_US"),
        ("de;q=0.9, *;q=0.1", "de_DE"),
        ("de ; q=1.000 , nl;q=0.999", "de_DE"),
        ("de;q=nan, nl", "nl_NL"),
        ("de;q=inf, nl;q=1", "nl_NL"),
        (";;,,;q=,=", "en_US"),
        ("ĳ" * 50, "en_US"),
        ("nl," * 5000, "nl_NL"),
    ],
)
async def test_the_forms_of_rfc_9110(header: str | None, locale: str) -> None:
    """§12.5.4; what is unknown gives the default."""
    assert choose(header, ALL) == locale


async def test_content_language() -> None:
    """As BCP 47 writes it."""
    assert [content_language(locale) for locale in ALL] == [
        "en-US", "en-GB", "fr-FR", "nl-NL", "de-DE", "it-IT", "es-ES"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "said", "name"),
    [
        ("nl_NL", "nl-NL", "Paspoort"),
        ("en_US", "en-US", "Passport"),
        ("en_UK", "en-GB", "Passport"),
        ("de_DE", "de-DE", "Passport"),
        ("it_IT", "en-US", "Passport"),
    ],
)
async def test_answers_in_a_language(shared: Site, header: str, said: str, name: str) -> None:
    """A text that is not there in it comes in the account's first language that it has."""
    path = f"/services/{shared.id('service', 'passport')}"
    answer = await shared.call("GET", path, headers={"Accept-Language": header})
    assert answer.json()["name"] == name
    assert answer.headers["content-language"] == said
    assert answer.headers["vary"] == "Accept-Language"
    booked = await shared.book()
    answer = await shared.call(
        "GET", f"/appointments/{booked['appointmentId']}", headers={"Accept-Language": header}
    )
    assert answer.json()["service"]["name"] == name
    assert answer.headers["content-language"] == said


async def test_codes_are_never_translated(shared: Site) -> None:
    """Errors are English and say so."""
    answer = await shared.call("GET", "/services/x", headers={"Accept-Language": "nl"})
    assert answer.headers["content-language"] == "en"
    assert answer.json()["code"] == "not_found"


async def test_etags_differ_by_language(shared: Site) -> None:
    """So no 304 gives somebody another language."""
    first = await shared.call("GET", "/services", headers={"Accept-Language": "nl"})
    other = await shared.call(
        "GET",
        "/services",
        headers={"Accept-Language": "en", "If-None-Match": first.headers["etag"]},
    )
    assert other.status_code == 200
