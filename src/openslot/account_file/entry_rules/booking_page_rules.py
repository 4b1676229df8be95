"""The rules between the fields of a booking page: what stands on it can be read."""

from collections.abc import Iterator
from typing import Any

from openslot.account_file.booking_page.colours import LEAST_CONTRAST, Colour, contrast
from openslot.account_file.booking_page.documents import PageColours
from openslot.account_file.booking_page.page_languages import WRITTEN, is_spoken
from openslot.account_file.faults import pointer_of
from openslot.account_file.tolerant import mapping
from openslot.kernel.errors import Fault

_PATH = ("bookingPage", "colours")
_DEFAULTS = PageColours().model_dump()


def broken_rules(document: dict[str, Any]) -> Iterator[Fault]:
    """Colours that cannot be read on their background, languages that the page does not speak."""
    yield from _unspoken(mapping(document.get("bookingPage")).get("languages"))
    colours = mapping(mapping(document.get("bookingPage")).get("colours"))
    background = _colour(colours, "background")
    for name in ("text", "accent"):
        colour = _colour(colours, name)
        if colour is None or background is None:
            continue  # that is no colour is the fault of its own field
        found = contrast(colour, background)
        if found < LEAST_CONTRAST:
            yield _fault(name if name in colours else "background", name, found)


def _colour(colours: dict[str, Any], name: str) -> Colour | None:
    value = colours.get(name)
    if value is None:
        value = _DEFAULTS[name]
    return Colour.read(value) if isinstance(value, str) else None


def _fault(field: str, name: str, found: float) -> Fault:
    # Rounded down: 4.499 must not be shown as the 4.5 that would do
    shown = int(found * 100) / 100
    return Fault(
        pointer_of((*_PATH, field)),
        "invalid_value",
        f"the contrast of `{name}` against `background` is {shown:.2f}:1 and must be at least "
        f"{LEAST_CONTRAST}:1; choose a darker or lighter colour",
    )


def _unspoken(languages: Any) -> Iterator[Fault]:
    for place, locale in enumerate(languages if isinstance(languages, list) else ()):
        if isinstance(locale, str) and not is_spoken(locale):
            yield Fault(
                pointer_of(("bookingPage", "languages", place)),
                "invalid_value",
                f"the page has no words in {locale}; it speaks {', '.join(WRITTEN)}",
            )
