"""Texts that an account gives in several languages. Pure."""

from collections.abc import Mapping, Sequence


def text_in(text: str | Mapping[str, str], locale: str, locales: Sequence[str]) -> str:
    """A text in a locale, else in the account's first language that it has."""
    if isinstance(text, str):
        return text
    for candidate in (locale, *locales):
        if candidate in text:
            return text[candidate]
    return next(iter(text.values()), "")
