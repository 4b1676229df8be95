"""`/console/setup/account`: name, languages and settings."""

from typing import Any

from openslot.kernel.errors import Fault, Invalid
from openslot.web.console.frame.account_items.account_change import (
    Content,
    change_account,
    content_of,
    version_of,
)
from openslot.web.console.frame.account_items.entry_faults import entry_faults
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.http.response import Response
from openslot.web.page_kit.field_pairs import FieldPairs
from openslot.web.page_kit.localized_fields import other_languages, text_values, typed_text

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
        try:
            return await change_account(
                self._console, request, lambda content: _changed(content, request)
            )
        except Invalid as refusal:
            faults = entry_faults(refusal, request.words, _FIELDS)
            return self._page(request, FormValues(typed=request.form, faults=faults), 422)

    def _page(self, request: ConsoleRequest, form: FormValues, status: int = 200) -> Response:
        values = {
            "version": version_of(request.account),
            "languages": other_languages(request.locales),
        }
        heading = request.words.say("Account")
        page = ConsolePage(heading, "setup/account.html", values, form, status)
        return self._console.page(request, page)


def _stored(request: ConsoleRequest) -> dict[str, Any]:
    content = content_of(request.account)
    return {
        **text_values("title", content["title"], request.locales),
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
    typed = typed_text("title", form, shown)
    if isinstance(typed, str):
        return typed
    texts = {locale: text for locale, text in typed.items() if text and locale in wanted}
    return texts if len(texts) > 1 else typed[shown[0]]
