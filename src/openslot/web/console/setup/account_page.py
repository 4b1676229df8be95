"""`/console/setup/account`: name, languages and settings."""

from typing import Any

from openslot.kernel.errors import Fault, Invalid, PreconditionFailed
from openslot.web.console.frame.account_items.account_change import (
    Content,
    change_account,
    content_of,
    version_of,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.notices import stale_notice
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import FieldPairs

_PATH = "/console/setup/account"
_NUMBERS = ("reservationMinutes", "retentionDays", "staffUndoSeconds")
_CHOICES = ("accessTokenAlgorithm", "zoneDataChange")
_FIELDS = {
    "/title": "title",
    "/locales": "locales",
    **{f"/settings/{name}": name for name in (*_NUMBERS, *_CHOICES)},
}


class AccountForm:
    """The page and its form."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The page."""
        return self._page(request, FormValues(_stored(request), request.typed))

    async def save(self, request: ConsoleRequest) -> Response:
        """Saves it."""
        say = request.words.say
        try:
            await change_account(self._console, request, lambda content: _changed(content, request))
        except PreconditionFailed:
            return self._console.see_other(request, _PATH, stale_notice(request.words))
        except Invalid as refusal:
            names = {f.field: _field_of(f.field) for f in refusal.faults}
            faults = faults_of(refusal, request.words, names)
            return self._page(request, FormValues(typed=request.form, faults=faults), 422)
        return self._console.see_other(request, _PATH, say("Saved"))

    def _page(self, request: ConsoleRequest, form: FormValues, status: int = 200) -> Response:
        version = request.form.one("version") or version_of(request.account)
        values = {"version": version, "locales": request.locales}
        heading = request.words.say("Account")
        page = ConsolePage(heading, "setup/account.html", values, form, status)
        return self._console.page(request, page)


def _stored(request: ConsoleRequest) -> dict[str, Any]:
    content = content_of(request.account)
    title = content["title"]
    titles = {locale: title if isinstance(title, str) else title.get(locale, "")
              for locale in request.locales[:1]}  # fmt: skip
    others = {} if isinstance(title, str) else title
    return {
        "title": titles[request.locales[0]],
        **{f"title-{locale}": others.get(locale, "") for locale in request.locales[1:]},
        "locales": ", ".join(request.locales),
        **{name: str(content["settings"][name]) for name in (*_NUMBERS, *_CHOICES)},
        "orchestra": "yes" if content["orchestra"]["enabled"] else "",
    }


def _changed(content: Content, request: ConsoleRequest) -> Content:
    form = request.form
    locales = [part.strip() for part in form.one("locales").split(",") if part.strip()]
    settings = {**content["settings"]}
    faults = []
    for name in _NUMBERS:
        text = form.one(name).strip()
        if text.isascii() and text.isdigit() and len(text) < 10:
            settings[name] = int(text)
        else:
            faults.append(Fault(name, "no_number", request.words.say("Enter a whole number")))
    if faults:
        raise Invalid(*faults)
    settings |= {name: form.one(name) for name in _CHOICES}
    return {
        **content,
        "title": _title(form, request.locales, locales),
        "locales": locales,
        "settings": settings,
        "orchestra": {"enabled": form.one("orchestra") == "yes"},
    }


def _title(form: FieldPairs, shown: tuple[str, ...], wanted: list[str]) -> str | dict[str, str]:
    typed = {shown[0]: form.one("title").strip()}
    typed |= {locale: form.one(f"title-{locale}").strip() for locale in shown[1:]}
    texts = {locale: text for locale, text in typed.items() if text and locale in wanted}
    return texts if len(texts) > 1 else typed[shown[0]]


def _field_of(pointer: str) -> str:
    return next((name for start, name in _FIELDS.items() if pointer.startswith(start)), pointer
                if not pointer.startswith("/") else "")  # fmt: skip
