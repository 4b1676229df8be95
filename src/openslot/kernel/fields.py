"""Texts that people type: one rule for each kind of field, the same for every interface. Pure.

Each rule takes a text and returns it as it is stored, or raises `FieldRefused` with its code.
"""

import re
import unicodedata
from datetime import date

MOST_CHARACTERS = 255
MOST_IN_LONG_TEXTS = 2048  # of notes and answers

# Unicode's White_Space (PropList.txt). `str.strip()` takes four control characters off too.
WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
# What shows nothing although it is no white space: Unicode's Default_Ignorable_Code_Point
# (DerivedCoreProperties.txt), the other format characters, and the empty Braille pattern.
_INVISIBLE = re.compile(
    "[\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    f"{WHITE_SPACE}]*"
)


class FieldRefused(ValueError):
    """A text breaks its rule. `code` is the fault's code, the message says what to change."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def trimmed(text: str) -> str:
    """A text without the white space and line ends around it."""
    return text.strip(WHITE_SPACE)


def is_visible(text: str) -> bool:
    """Whether a text shows anything: not only white space, zero-width and format characters."""
    return _INVISIBLE.fullmatch(text) is None


def short_text(text: str) -> str:
    """A text of one field: trimmed, 1 to 255 characters."""
    text = trimmed(text)
    if not text:
        raise FieldRefused("too_short", "must not be empty")
    return _at_most(text, MOST_CHARACTERS)


def long_text(text: str) -> str:
    """Notes or an answer: trimmed, at most 2048 characters, and perhaps none."""
    return _at_most(trimmed(text), MOST_IN_LONG_TEXTS)


def name(text: str) -> str:
    """A person's name in any script: trimmed, NFC, 1 to 255 characters, at least one visible."""
    text = unicodedata.normalize("NFC", trimmed(text))
    if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise FieldRefused("pattern", "must not hold control characters")
    text = short_text(text)
    if not is_visible(text):
        raise FieldRefused("pattern", "must hold something that can be seen")
    return text


def email(text: str) -> str:
    """A valid address (RFC 5321, 5322, 6531), trimmed; no name server is asked."""
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  (20 ms)

    text = short_text(text)
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError as error:
        raise FieldRefused("invalid_value", "must be an e-mail address") from error
    return text


def birth_date(text: str) -> str:
    """A real date, `YYYY-MM-DD`, trimmed."""
    text = trimmed(text)
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        date.fromisoformat(text)
    except ValueError as error:
        raise FieldRefused("invalid_value", "must be a date, YYYY-MM-DD") from error
    return text


def _at_most(text: str, most: int) -> str:
    if len(text) > most:
        raise FieldRefused("too_long", f"must be at most {most} characters")
    return text
