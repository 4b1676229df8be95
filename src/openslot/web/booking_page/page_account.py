"""What an account says of its page, read once for each version of its row."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from openslot.account_file.booking_page.colours import Colour, contrast, lightened, words_on
from openslot.account_file.booking_page.documents import BookingPageDocument, PageColours
from openslot.account_file.booking_page.logo import read_logo
from openslot.account_file.booking_page.page_languages import page_languages
from openslot.kernel.localized_text import text_in
from openslot.storage.accounts import Account

_DARK_GROUND, _DARK_TEXT = Colour(0x16, 0x18, 0x1C), Colour(0xE8, 0xEA, 0xED)
_BAD = Colour(0xB0, 0x00, 0x20)  # of faults
_LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3


@dataclass(frozen=True)
class PageAccount:
    """The settings of an account's page, complete; without a block they are the defaults."""

    document: BookingPageDocument
    name: str | Mapping[str, str]  # the account's own
    locales: tuple[str, ...]
    languages: tuple[str, ...]
    is_open: bool

    def title(self, locale: str) -> str:
        """What the page is called."""
        return self.text(self.document.title or self.name, locale)

    def text(self, text: str | Mapping[str, str] | None, locale: str) -> str:
        """One of the account's texts in a locale; "": there is none."""
        return "" if text is None else text_in(text, locale, self.locales)

    @cached_property
    def style(self) -> str:
        """The account's colours as CSS: those it chose, and a dark page made from them."""
        colours = self.document.colours
        light = _variables(colours, dark=False)
        dark = _variables(colours, dark=True)
        return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"

    @cached_property
    def logo_url(self) -> str:
        """The logo with the type that its content has; "": there is none."""
        if self.document.logo is None:
            return ""
        logo = read_logo(self.document.logo)
        return f"data:{logo.media_type};base64,{base64.b64encode(logo.content).decode()}"


def page_account(account: Account) -> PageAccount:
    """The page of an account."""
    return _read(account.document)


@lru_cache(maxsize=256)
def _read(document: str) -> PageAccount:
    content = json.loads(document)
    block = content.get("bookingPage")
    page = BookingPageDocument.model_validate(block or {})
    locales = tuple(content["locales"])
    return PageAccount(
        document=page,
        name=content["title"],
        locales=locales,
        languages=page_languages(block or {}, locales),
        is_open=block is not None and page.enabled,
    )


def _variables(colours: PageColours, *, dark: bool) -> str:
    accent = _colour(colours.accent)
    ground = _DARK_GROUND if dark else _colour(colours.background)
    text = _DARK_TEXT if dark else _colour(colours.text)
    if dark:
        accent = lightened(accent, ground)
    named = {
        "accent": accent,
        "on-accent": words_on(accent),
        "ground": ground,
        "text": text,
        "bad": _readable(_BAD, ground, text),
    }
    return ";".join(f"--{name}:{colour.text}" for name, colour in named.items())


def _readable(colour: Colour, ground: Colour, otherwise: Colour) -> Colour:
    """A colour that can be read on a ground: itself, a lighter one, or another."""
    for candidate in (colour, lightened(colour, ground)):
        if contrast(candidate, ground) >= _LEAST_CONTRAST:
            return candidate
    return otherwise


def _colour(text: str) -> Colour:
    colour = Colour.read(text)
    assert colour is not None  # noqa: S101  (the document's model has read it)
    return colour
