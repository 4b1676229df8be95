"""The languages of the console, and its words in each."""

from collections.abc import Sequence
from functools import cache
from importlib import resources

from openslot.web.console.frame.formats.staff_formats import StaffFormats
from openslot.web.http.languages import choose
from openslot.web.page_kit.language.vocabulary import ENGLISH, Words, read_words

LANGUAGES = {"en": "English", "nl": "Nederlands", "de": "Deutsch"}


def language_of(preferred: str, accept_language: str, locales: Sequence[str]) -> str:
    """The user's choice, else the browser's, else the account's first locale, else English."""
    if preferred in LANGUAGES:
        return preferred
    first = locales[0].partition("_")[0] if locales else "en"
    default = first if first in LANGUAGES else "en"
    # The default goes first: it is what is chosen where the browser names no language of ours.
    return choose(accept_language, tuple(dict.fromkeys((default, *LANGUAGES))))


@cache
def words_of(language: str) -> Words:
    """The words of a language; those of each room lie in a file of its own."""
    if language == "en":
        return ENGLISH
    folder = resources.files("openslot.web.console") / "locale" / language
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return read_words(language, [file for file in files if file.name.endswith(".po")])


@cache
def formats_of(language: str) -> StaffFormats:
    """How a language writes days and numbers."""
    return StaffFormats(language, words_of(language))
