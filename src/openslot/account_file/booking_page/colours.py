"""Colours and their contrast. Pure, by WCAG 2.2."""

import re
from typing import NamedTuple, Self

# WCAG 2.2, 1.4.3: text of normal size
LEAST_CONTRAST = 4.5
HEX_COLOUR = r"^#[0-9A-Fa-f]{6}$"
_HEX_COLOUR = re.compile(HEX_COLOUR)
_LIGHTENING_STEPS = 100


class Colour(NamedTuple):
    """A colour of sRGB; each part is 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """A colour of `#rrggbb`; None: the text is none."""
        # `$` also matches before a line feed at the end, so the whole text is compared
        if _HEX_COLOUR.fullmatch(text) is None:
            return None
        return cls(int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))

    @property
    def text(self) -> str:
        """The colour as CSS reads it."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """How light it is: 0 is black, 1 is white."""
        # WCAG 2.2, "relative luminance"
        red, green, blue = (_linear(part / 255) for part in self)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)


def contrast(one: Colour, other: Colour) -> float:
    """How well one colour is seen on the other, from 1 to 21."""
    # WCAG 2.2, "contrast ratio"
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def words_on(colour: Colour) -> Colour:
    """Black or white, whichever contrasts more."""
    return max((WHITE, BLACK), key=lambda words: contrast(words, colour))


def lightened(colour: Colour, background: Colour) -> Colour:
    """The colour, mixed with just enough white to be read on a dark background.

    The result is white where even white contrasts less than `LEAST_CONTRAST`.
    """
    for step in range(_LIGHTENING_STEPS):
        mixed = _with_white(colour, step / _LIGHTENING_STEPS)
        if contrast(mixed, background) >= LEAST_CONTRAST:
            return mixed
    return WHITE


def _with_white(colour: Colour, share: float) -> Colour:
    return Colour(*(round(part + (255 - part) * share) for part in colour))


def _linear(part: float) -> float:
    # 0.04045 is the value of IEC 61966-2-1; no colour of 8 bits tells it from WCAG's 0.03928
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
