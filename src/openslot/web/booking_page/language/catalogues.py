"""The page's own words: English in the code, a gettext catalogue for each other language."""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from typing import Any

from openslot.account_file.booking_page.page_languages import RIGHT_TO_LEFT_TRIAL


class Words:
    """The words of one language. Values replace `{name}` in the translated text."""

    def __init__(self, translations: NullTranslations) -> None:
        """`translations` is the language's catalogue; the null one is English."""
        self._translations = translations

    def say(self, text: str, **values: Any) -> str:
        """A text of the page."""
        return _filled(self._translations.gettext(text), values)

    def count(self, one: str, many: str, number: int, **values: Any) -> str:
        """A text about so many things; `{number}` is their number unless given otherwise."""
        text = self._translations.ngettext(one, many, number)
        return _filled(text, {"number": number, **values})


def words_of(locale: str) -> Words:
    """The words of a locale that the page speaks."""
    return _words(_language(locale))


def language_tag(locale: str) -> str:
    """`nl-NL` of `nl_NL` (RFC 5646), for `lang` and Content-Language."""
    return locale.replace("_", "-")


def _language(locale: str) -> str:
    return "en" if locale == RIGHT_TO_LEFT_TRIAL else locale.partition("_")[0]


@cache
def _words(language: str) -> Words:
    if language == "en":
        return Words(NullTranslations())
    from babel.messages.mofile import write_mo  # noqa: PLC0415  (few processes show a page)
    from babel.messages.pofile import read_po  # noqa: PLC0415

    folder = resources.files("openslot.web.booking_page.language") / "locale"
    with (folder / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(GNUTranslations(compiled))


def _filled(text: str, values: dict[str, Any]) -> str:
    # Not `format`: an account's texts may hold braces, and no value is looked into.
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
