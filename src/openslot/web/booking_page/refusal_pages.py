"""The page that says why there is no other one; nothing is known of the account but its look."""

from starlette.types import Scope

from openslot.account_file.booking_page.documents import BookingPageDocument
from openslot.account_file.booking_page.page_languages import WRITTEN
from openslot.web.booking_page.language.catalogues import words_of
from openslot.web.booking_page.page_account import PageAccount
from openslot.web.booking_page.public_request import LANGUAGE, locale_of
from openslot.web.booking_page.refusals import PageGone, Refusal, gone, refusal_of
from openslot.web.booking_page.rendering import frame_values, page_headers, template
from openslot.web.http.response import Response
from openslot.web.http.transport import header
from openslot.web.page_kit.field_pairs import parse
from openslot.web.page_kit.language.vocabulary import language_tag

MANAGE = "/manage/"
_NOBODYS = PageAccount(BookingPageDocument(), "Openslot", ("en_GB",), WRITTEN, is_open=False)


def refusal_page(scope: Scope, error: Exception, page: PageAccount | None) -> Response:
    """The page of a refusal; with None it is that of no account in particular."""
    is_manage = scope["path"].startswith(MANAGE)
    if is_manage and isinstance(error, PageGone):
        page = None  # so that nobody learns whether there was an appointment
    of_page = page or _NOBODYS
    accepted = (header(scope["headers"], b"accept-language") or b"").decode("latin-1")
    locale = locale_of(of_page, _wanted(scope, page), accepted)
    words = words_of(locale)
    if isinstance(error, PageGone):
        refusal = gone(words, is_manage=is_manage)
    else:
        refusal = refusal_of(error, words)
    origins = of_page.document.embed_origins if not is_manage else []
    headers = page_headers(language_tag(locale), of_page.style, origins)
    return Response(
        refusal.status,
        _text(refusal, of_page, locale),
        {**headers, **refusal.headers, "X-Robots-Tag": "noindex"},
    )


def _wanted(scope: Scope, page: PageAccount | None) -> str:
    """The language that the address names; of no account in particular without its region."""
    try:
        named = parse(scope["query_string"]).one(LANGUAGE)
    except ValueError:
        return ""
    return named if page else named.replace("-", "_").partition("_")[0]


def _text(refusal: Refusal, page: PageAccount, locale: str) -> bytes:
    heading = f"{refusal.heading} – {page.title(locale)}"
    values = frame_values(page, locale, refusal.step, heading)
    return template("refusal.html").render({**values, "refusal": refusal}).encode()
