"""What the pages of every room share, wired once per process."""

from dataclasses import dataclass, replace
from typing import Any, Self

from openslot.app import App
from openslot.kernel.localized_text import text_in
from openslot.web.http.languages import choose
from openslot.web.http.response import Response
from openslot.web.http.transport import header
from openslot.web.page_kit.addresses import Addresses
from openslot.web.page_kit.cookies import FORM, Cookies, new_form_cookie
from openslot.web.page_kit.forms import FormTokens, check_origin
from openslot.web.page_kit.page_request import TOKEN, PageRequest
from openslot.web.page_kit.redirects import see_other
from openslot.web.page_kit.refusals import PageRefused
from openslot.web.page_kit.rendering import Templates


@dataclass(frozen=True)
class Pages:
    """Pages for any browser, whether somebody has signed in with it or not."""

    app: App
    addresses: Addresses
    cookies: Cookies
    forms: FormTokens
    origin: str  # of `publicUrl`
    templates: Templates

    def with_templates(self, templates: Templates) -> Self:
        """The same with the templates of a room."""
        return replace(self, templates=templates)

    def check_form(self, page_request: PageRequest, purpose: str) -> None:
        """Passes for a form that `form_page` gave to this browser for this purpose.

        Raises:
            PageRefused: it is not.
        """
        self.check_form_of(page_request, page_request.form_cookie, purpose)

    def form_page(
        self, page_request: PageRequest, purpose: str, template: str, **values: Any
    ) -> Response:
        """A page with a form for a browser in which nobody is signed in; sets its cookie."""
        cookie = page_request.form_cookie or new_form_cookie()
        headers = {}
        if cookie != page_request.form_cookie:
            headers["Set-Cookie"] = self.cookies.write(FORM, page_request.account.name, cookie)
        return self.templates.page(
            template,
            more_headers=headers,
            token=self.forms.make(page_request.account.id, cookie, purpose),
            account_title=title_of(page_request),
            **values,
        )

    def redirect(
        self, page_request: PageRequest, path: str, *, cookie: str | None = None, query: str = ""
    ) -> Response:
        """Sends the browser on to another page of the account."""
        return see_other(self.addresses.of(path, page_request.account.name) + query, cookie=cookie)

    def refusal(self, refusal: PageRefused, begin_again: str) -> Response:
        """The page that says why there is no other one; `begin_again` is where a form began."""
        return self.templates.page(
            "refusal.html",
            status=refusal.status,
            more_headers=refusal.headers,
            title=refusal.title,
            detail=refusal.detail,
            begin_again=begin_again if refusal.begins_again else "",
        )

    def check_form_of(self, page_request: PageRequest, cookie: str | None, purpose: str) -> None:
        """Passes for a form that was given to whoever has a cookie, for this purpose.

        Raises:
            PageRefused: it is not.
        """
        check_origin(page_request.headers, self.origin)
        self.forms.check(page_request.account.id, cookie, purpose, page_request.form.get(TOKEN, ""))


def title_of(page_request: PageRequest) -> str:
    """What the account calls itself, in a language of the visitor's."""
    content = page_request.account.content
    locales = tuple(content["locales"])
    accepted = header(page_request.headers, b"accept-language") or b""
    locale = choose(accepted.decode("latin-1"), locales)
    return text_in(content["title"], locale, locales)
