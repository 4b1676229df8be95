"""In which language a message is, and the product's own words in it. Pure.

The words are catalogues of gettext: a file for each language, English in the code.
"""

from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources

_OWN_LANGUAGES = ("en", "nl", "de")


def locale_of_text(language: str, default: str, written: Iterable[str]) -> str:
    """The first of an appointment's locale, the account's default and English that has a text.

    `written` are the locales in which the account has a text of its own of that kind.
    """
    languages = {language_of(one) for one in written} | set(_OWN_LANGUAGES)
    for locale in (language, default):
        if language_of(locale) in languages:
            return locale
    return "en"


def language_of(locale: str) -> str:
    """`nl` of `nl_NL`."""
    return locale.partition("_")[0]


def language_tag(locale: str) -> str:
    """`nl-NL` of `nl_NL`, as HTML and mail write it (RFC 5646)."""
    return locale.replace("_", "-")


def own_words(locale: str) -> Callable[[str], str]:
    """Gives the product's own words in a language: English for one that it does not speak."""
    language = language_of(locale)
    words = _catalogue(language) if language in _OWN_LANGUAGES else {}
    return lambda english: words.get(english, english)


@cache
def _catalogue(language: str) -> dict[str, str]:
    if language == "en":
        return {}
    from babel.messages.pofile import read_po  # noqa: PLC0415

    path = resources.files("openslot.delivery.texts") / "locale" / f"{language}.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(one.id): str(one.string) for one in catalogue if one.id and one.string}
