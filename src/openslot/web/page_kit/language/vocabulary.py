"""The words of pages: English in the code, gettext catalogues for each other language."""

import io
from collections.abc import Sequence
from gettext import GNUTranslations, NullTranslations
from importlib.resources.abc import Traversable
from typing import Any


class Words:
    """The words of one language. Values replace `{name}` in the translated text."""

    def __init__(self, translations: NullTranslations) -> None:
        """`translations` is the language's catalogue; the null one is English."""
        self._translations = translations

    def say(self, text: str, **values: Any) -> str:
        """A text of a page."""
        return _filled(self._translations.gettext(text), values)

    def count(self, one: str, many: str, number: int, **values: Any) -> str:
        """A text about so many things; `{number}` is their number unless given otherwise."""
        text = self._translations.ngettext(one, many, number)
        return _filled(text, {"number": number, **values})


ENGLISH = Words(NullTranslations())


def read_words(language: str, files: Sequence[Traversable]) -> Words:
    """The words of a language from its `.po` files, of which no two have the same text."""
    from babel.messages.catalog import Catalog  # noqa: PLC0415  (few processes show a page)
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    joined = Catalog(locale=language)
    for file in files:
        with file.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id:
                    joined[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, joined)
    compiled.seek(0)
    return Words(GNUTranslations(compiled))


def language_tag(locale: str) -> str:
    """`nl-NL` of `nl_NL` (RFC 5646), for `lang` and Content-Language."""
    return locale.replace("_", "-")


def _filled(text: str, values: dict[str, Any]) -> str:
    # Not `format`: an account's texts may hold braces, and no value is looked into.
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
