"""Pages from templates: the look, the headers and the policy that all steps share."""

import base64
import gzip
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from openslot.web.booking_page.language.catalogues import words_of
from openslot.web.booking_page.page_account import PageAccount
from openslot.web.booking_page.public_request import LANGUAGE, TOKENS, PublicRequest
from openslot.web.http.response import Response
from openslot.web.page_kit.language.local_formats import formats_of
from openslot.web.page_kit.language.vocabulary import language_tag

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_HTML = "text/html; charset=utf-8"
_COMPRESSION = 6  # zlib's usual: 0.3 ms for a page


@dataclass(frozen=True)
class Step:
    """What a page shows: the step's name, its one heading, its template and the values."""

    name: str
    heading: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    notice: str = ""
    has_faults: bool = False
    own_address: str = ""  # with its query, where a GET shows it: then it has other languages


def page(request: PublicRequest, step: Step) -> Response:
    """The page of a step."""
    heading = f"{step.heading} – {request.page.title(request.locale)}"
    if step.has_faults:
        heading = request.words.say("Error: {title}", title=heading)
    text = template(step.template).render(
        {
            **frame_values(request.page, request.locale, step.name, heading),
            "request": request,
            "step": step,
            "languages": _other_languages(request, step),
            "is_embedded": request.is_embedded,
            **step.values,
        }
    )
    return Response(step.status, text.encode(), headers(request))


def frame_values(page: PageAccount, locale: str, step_name: str, page_title: str) -> dict[str, Any]:
    """What the layout shows around every step, and the words of its language."""
    words = words_of(locale)
    return {
        "say": words.say,
        "count": words.count,
        "lang": language_tag(locale),
        "direction": formats_of(locale).direction,
        "page_title": page_title,
        "step_name": step_name,
        "title": page.title(locale),
        "logo": page.logo_url,
        "contact": page.document.contact,
        "privacy_url": page.document.privacy_url,
        "account_style": Markup(page.style),  # noqa: S704  (made of colours alone)
        "languages": (),
        "is_embedded": False,
    }


def headers(request: PublicRequest) -> dict[str, str]:
    """Of every response of an account; an address with a token in it is for no search engine."""
    is_book = request.path.startswith("/book/")
    origins = request.page.document.embed_origins if is_book else []
    found = page_headers(language_tag(request.locale), request.page.style, origins)
    if not is_book or any(request.query.has(name) for name in TOKENS):
        found["X-Robots-Tag"] = "noindex"
    return found


def page_headers(language: str, style: str, frame_origins: Iterable[str]) -> dict[str, str]:
    """Of a page that loads nothing but what is in it (CSP Level 3)."""
    scripts = " ".join(f"'{_digest(_file(name))}'" for name in ("page.js", "challenge.js"))
    frames = " ".join(frame_origins) or "'none'"
    styles = f"'{_digest(_file('page.css'))}' '{_digest(style)}'"
    return {
        "Content-Type": _HTML,
        "Content-Language": language,
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            f"default-src 'none'; base-uri 'none'; form-action 'self'; connect-src 'self'; "
            f"img-src data:; style-src {styles}; script-src {scripts}; "
            f"frame-ancestors {frames}"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def compressed(response: Response, accept_encoding: str) -> Response:
    """The response as a client takes it (RFC 9110 §12.5.3)."""
    more = {**response.headers, "Vary": "Accept-Encoding"}
    if not response.body or not _takes_gzip(accept_encoding):
        return Response(response.status, response.body, more)
    body = gzip.compress(response.body, _COMPRESSION, mtime=0)
    return Response(response.status, body, {**more, "Content-Encoding": "gzip"})


def _takes_gzip(accept_encoding: str) -> bool:
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _other_languages(request: PublicRequest, step: Step) -> list[tuple[str, str, str]]:
    """Tag, name in the language itself and address of each other language."""
    if not step.own_address:
        return []
    path, _, query = step.own_address.partition("?")
    rest = [pair for pair in query.split("&") if pair and not pair.startswith(f"{LANGUAGE}=")]
    return [
        (
            language_tag(locale),
            formats_of(locale).own_name,
            f"{path}?{'&'.join([*rest, f'{LANGUAGE}={locale}'])}",
        )
        for locale in request.page.languages
        if locale != request.locale
    ]


def template(name: str) -> "Template":
    """A template of the page."""
    return _environment().get_template(name)


@cache
def _environment() -> "Environment":
    # Loading it takes 40 ms, which a process that shows no page need not spend.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("openslot.web.booking_page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["page_style"] = Markup(_file("page.css"))  # noqa: S704  (ours)
    environment.globals["page_script"] = Markup(_file("page.js"))  # noqa: S704  (ours)
    environment.globals["challenge_script"] = Markup(_file("challenge.js"))  # noqa: S704  (ours)
    return environment


@cache
def _file(name: str) -> str:
    return (resources.files("openslot.web.booking_page") / "templates" / name).read_text("utf-8")


@lru_cache(maxsize=512)
def _digest(text: str) -> str:
    """How a policy names a style or script inside the page (CSP Level 3 §2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
