"""The page's own words."""

from functools import cache
from importlib import resources

from openslot.account_file.booking_page.page_languages import RIGHT_TO_LEFT_TRIAL
from openslot.web.page_kit.language.vocabulary import ENGLISH, Words, read_words


def words_of(locale: str) -> Words:
    """The words of a locale that the page speaks."""
    return _words(_language(locale))


def _language(locale: str) -> str:
    return "en" if locale == RIGHT_TO_LEFT_TRIAL else locale.partition("_")[0]


@cache
def _words(language: str) -> Words:
    if language == "en":
        return ENGLISH
    folder = resources.files("openslot.web.booking_page.language") / "locale"
    return read_words(language, [folder / f"{language}.po"])
