"""What a page says when it is refused: words for people, and the headers for programs."""

import pytest

from openslot.identity.people.passwords import PasswordsBusy
from openslot.kernel.errors import NotFound, OpenslotError
from openslot.storage.transactions import DatabaseUnavailable
from openslot.web.http.problems import BodyTooLarge, MethodNotAllowed, RateLimited
from openslot.web.page_kit.refusals import refusal_of
from openslot.web.page_kit.rendering import READING, Templates

REFUSED: list[tuple[OpenslotError, int, str, dict[str, str]]] = [
    (RateLimited(retry_after_seconds=7), 429, "Too many attempts", {"Retry-After": "7"}),
    (PasswordsBusy(), 503, "Not available at the moment", {"Retry-After": "1"}),
    (DatabaseUnavailable("x"), 503, "Not available at the moment", {"Retry-After": "1"}),
    (MethodNotAllowed("GET"), 405, "This page cannot be used like this", {"Allow": "GET"}),
    (NotFound("The user was deleted"), 404, "Page not found", {}),
    (BodyTooLarge("More than 1 byte"), 413, BodyTooLarge.title, {}),
]


@pytest.mark.parametrize(("error", "status", "title", "headers"), REFUSED)
def test_an_error_is_put_into_words_for_people(
    error: OpenslotError, status: int, title: str, headers: dict[str, str]
) -> None:
    """No header is named in them, and what is said ends as a sentence does."""
    refusal = refusal_of(error)
    assert (refusal.status, refusal.title, refusal.headers) == (status, title, headers)
    assert "Retry-After" not in refusal.title + refusal.detail
    assert refusal.detail == "" or refusal.detail.endswith(".")


def test_an_error_without_details_says_its_title_once() -> None:
    assert refusal_of(BodyTooLarge()).detail == ""


def test_a_room_has_the_templates_of_the_kit_besides_its_own() -> None:
    """And those of no other room; its style sheets are in the policy of its pages."""
    sign_in, oauth = Templates("openslot.web.sign_in"), Templates("openslot.web.oauth")
    values = {"title": "A <title>", "detail": "A detail", "begin_again": ""}
    page = sign_in.page("refusal.html", **values)
    assert page.body == oauth.render("refusal.html", **values)
    assert b"<h1>A &lt;title&gt;</h1>" in page.body
    with pytest.raises(Exception, match=r"account\.html"):
        oauth.render("account.html")
    policy = "Content-Security-Policy"
    reading = Templates("openslot.web.sign_in", style_sheets=READING)
    assert sign_in.headers()[policy] == oauth.headers()[policy]
    assert sign_in.headers()[policy] != reading.headers()[policy]
