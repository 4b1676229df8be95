"""The languages of a booking page: those that the product speaks, and one to try layouts with.

Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

WRITTEN = ("en", "nl", "de")  # each has a complete catalogue of the page's words
# English words in a layout from right to left; only a link that names it leads to it
RIGHT_TO_LEFT_TRIAL = "ar_XB"
_FALLBACK = "en_GB"


def is_spoken(locale: str) -> bool:
    """Whether a page can be in this locale."""
    return locale == RIGHT_TO_LEFT_TRIAL or locale.partition("_")[0] in WRITTEN


def page_languages(block: Mapping[str, Any], locales: Sequence[str]) -> tuple[str, ...]:
    """The locales of an account's page, the one that counts without a wish first.

    `block` is what the account says of its page, `locales` are the account's.
    """
    listed = block.get("languages")
    if listed:
        return tuple(dict.fromkeys(listed))
    return tuple(locale for locale in locales if is_spoken(locale)) or (_FALLBACK,)
