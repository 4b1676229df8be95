"""Pages from templates: the frame, the headers and the policy that all rooms share."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.navigation import Navigation
from openslot.web.console.frame.notices import Notices
from openslot.web.console.frame.refusals import RefusalText
from openslot.web.console.frame.serving import static_files
from openslot.web.http.response import Response
from openslot.web.page_kit.language.vocabulary import Words

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FRAME = "frame"  # whose templates are named without a folder


@dataclass(frozen=True)
class ConsolePage:
    """What a page shows: its one heading, its template and the values."""

    heading: str
    template: str  # "today/list.html" is in the folder `templates` of the room `today`
    values: Mapping[str, Any] = field(default_factory=dict)
    form: FormValues = field(default_factory=FormValues)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


class Rendering:
    """Makes pages."""

    def __init__(self, base: str, navigation: Navigation) -> None:
        """`base` is what the paths of links begin with."""
        self._base = base
        self._navigation = navigation

    def page(
        self, request: ConsoleRequest, page: ConsolePage, notices: Notices, token: str
    ) -> Response:
        """A page for the person who is signed in."""
        notice = notices.read(request)
        text = _template(page.template).render(
            {
                **self._values(request.words, request.language, request.account_title),
                "appearance": request.preferences.appearance,
                "has_letter_keys": request.preferences.letter_keys,
                "request": request,
                "may": request.may,
                "link": request.link,
                "formats": request.formats,
                "navigation": self._navigation.entries(request),
                "is_sandbox": request.account.sandbox,
                "heading": page.heading,
                "form": page.form,
                "notice": notice,
                "token": token,
                "new_key": secrets.token_urlsafe,
                **page.values,
            }
        )
        cookies = (*page.cookies, notices.clear(request)) if notice else page.cookies
        headers = {**headers_of(request.language), **page.headers}
        return Response(page.status, text.encode(), headers, cookies)

    def anonymous_page(self, words: Words, language: str, page: ConsolePage) -> Response:
        """A page for somebody who is not signed in."""
        text = _template(page.template).render(
            {
                **self._values(words, language, "Openslot"),
                "appearance": "",
                "heading": page.heading,
                "form": page.form,
                **page.values,
            }
        )
        headers = {**headers_of(language), **page.headers}
        return Response(page.status, text.encode(), headers, page.cookies)

    def refusal(self, refusal: RefusalText, words: Words, language: str) -> Response:
        """The page of a refusal for somebody who is not signed in, or not known to be."""
        page = ConsolePage(
            refusal.heading,
            "refusal.html",
            {"detail": refusal.detail},
            status=refusal.status,
            headers=refusal.headers,
        )
        return self.anonymous_page(words, language, page)

    def _values(self, words: Words, language: str, account_title: str) -> dict[str, Any]:
        return {
            "say": words.say,
            "count": words.count,
            "lang": language,
            "base": self._base,
            "account_title": account_title,
            "style_sheet": f"{self._base}{static_files.PATH}{static_files.style_sheet().name}",
            "script": f"{self._base}{static_files.PATH}{static_files.script().name}",
        }


def headers_of(language: str) -> dict[str, str]:
    """Of every page: it loads styles and scripts of ours and nothing else (CSP Level 3)."""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def _template(name: str) -> Any:
    return _environment().get_template(name)


@cache
def _environment() -> "Environment":
    # Loading it takes 40 ms, which a process that shows no page need not spend.
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415

    return Environment(
        loader=FunctionLoader(_source_of),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _source_of(name: str) -> str | None:
    room, _, file = name.rpartition("/")
    folder = resources.files("openslot.web.console")
    for part in (room or _FRAME).split("/"):
        folder = folder / part
    path = folder / "templates" / file
    return path.read_text("utf-8") if path.is_file() else None
