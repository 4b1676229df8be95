"""Phone numbers: which texts are one in a country, and the number that is dialled. Pure.

The syntax is ours: the library reads numbers out of running text, and passes over what it does not
know. What the digits mean in a country is the library's.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from openslot.kernel.fields import WHITE_SPACE, FieldRefused, short_text

if TYPE_CHECKING:
    from phonenumbers import PhoneMetadata, PhoneNumber

_DASHES = (
    "\\-\xad\u058a\u05be\u1400\u1806\u2010-\u2015\u2212\u2e3a\u2e3b\u301c\u3030\u30a0"
    "\ufe31\ufe32\ufe58\ufe63\uff0d"
)
_DOTS = ".\xb7\u2022\u2024\u2027\u30fb\uff0e"
_SLASHES = "/\u2044\u2215\uff0f"
_BRACKETS = "()\\[\\]{}\uff08\uff09\uff3b\uff3d\uff5b\uff5d"
_BETWEEN = f"[{WHITE_SPACE}{_DASHES}{_DOTS}{_SLASHES}_\uff3f{_BRACKETS}]"
_AROUND = f"[{WHITE_SPACE}{_BRACKETS}]"
# What phones put around a number that is copied, so that it reads from left to right.
_DIRECTION_MARKS = "\u200e\u200f\u202a-\u202e\u2066-\u2069"
_EXTENSION = (
    f"[{WHITE_SPACE},;]*(?:e?xt(?:n|ension)?|x|int|anexo|poste|toestel|tst|доб)"
    f"[.:=]?[{WHITE_SPACE}]*\\d{{1,7}}"
)
_WRITTEN = re.compile(
    f"[{_DIRECTION_MARKS}]*"
    f"{_AROUND}*(?P<plus>[+\uff0b]?)(?P<digits>{_AROUND}*\\d(?:{_BETWEEN}*\\d)*){_AROUND}*"
    f"(?:{_EXTENSION})?[{_DIRECTION_MARKS}]*",
    re.IGNORECASE,
)
_NOT_A_DIGIT = re.compile(r"\D+")


def phone(text: str, country: str) -> str:
    """A phone number as it is read in a country (ISO 3166-1, `ZZ` for none), in E.164.

    Source: the contract's table of fields.

    Raises:
        FieldRefused: it is none, or a local part without its area code.
    """
    import phonenumbers  # noqa: PLC0415  (13 ms)

    written = _WRITTEN.fullmatch(short_text(text))
    if written is None:
        raise _refused()
    digits = _NOT_A_DIGIT.sub("", written["digits"])
    if not digits.isascii():  # `int` reads a digit of any script
        digits = "".join(str(int(digit)) for digit in digits)
    plus = "+" if written["plus"] else ""
    try:
        number = phonenumbers.parse(plus + digits, country)
    except phonenumbers.NumberParseException as error:
        raise _refused() from error
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise _refused()
    significant = phonenumbers.national_significant_number(number)
    if not plus and digits == significant and not _is_whole(number, significant, country):
        raise _refused()
    return f"+{number.country_code}{significant}"


def _is_whole(number: "PhoneNumber", significant: str, country: str) -> bool:
    """Whether a number that begins neither with `+` nor with the prefix of long distance is one.

    An area code has two digits or more, so what is nearly as long as a line's longest number holds
    one. A shorter one must be a number that is dialled without an area code everywhere.
    """
    import phonenumbers  # noqa: PLC0415

    plan = _plan(country)
    if plan is None or plan.fixed_line is None:
        return False
    if len(significant) > max(plan.fixed_line.possible_length) - 2:
        return True
    if not phonenumbers.is_valid_number(number):
        return False
    has_prefix = plan.national_prefix is not None
    kind = phonenumbers.number_type(number)
    return not has_prefix or kind != phonenumbers.PhoneNumberType.FIXED_LINE


@lru_cache(maxsize=256)
def _plan(country: str) -> "PhoneMetadata | None":
    import phonenumbers  # noqa: PLC0415

    return phonenumbers.PhoneMetadata.metadata_for_region(country, None)


def _refused() -> FieldRefused:
    return FieldRefused("invalid_value", "must be a phone number")
