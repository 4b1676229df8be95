"""What a text of an account file may hold, by the rule itself and by its pattern elsewhere."""

import re
import unicodedata

import pytest
from pydantic import TypeAdapter, ValidationError

from openslot.account_file.field_types import RULES, TEXT, Text, TimeZone

TEXTS: TypeAdapter[str] = TypeAdapter(Text)
ZONES: TypeAdapter[str] = TypeAdapter(TimeZone)


def is_taken(text: str) -> bool:
    """Whether the product takes it."""
    try:
        TEXTS.validate_python(text)
    except ValidationError:
        return False
    return True


def test_every_control_character_is_refused_and_nothing_else() -> None:
    """Up to where the next script begins, at the begin, within and at the end."""
    for character in map(chr, range(0x250)):
        is_control = unicodedata.category(character) == "Cc"
        for text in (f"{character}a", f"a{character}a", f"a{character}"):
            assert is_taken(text) != is_control, repr(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0", "\u3000 ", "\u200b", "\u2060\ufeff", "\u3164", "\xad", "a" * 256]
)
def test_there_has_to_be_something_to_read(text: str) -> None:
    assert not is_taken(text)


@pytest.mark.parametrize("text", ["x", " Gemeente ’s-Hertogenbosch ", "市役所", "Ελλάδα 🏛"])
def test_any_script_is_taken(text: str) -> None:
    assert is_taken(text)
    assert re.search(TEXT, text)


def test_python_reads_every_pattern() -> None:
    """As tools do that are made from the schema."""
    for pattern in RULES:
        re.compile(pattern)
    assert not re.search(TEXT, "a\x85b")
    assert not re.search(TEXT, " ")


def test_the_zone_of_no_place_is_refused() -> None:
    """`Factory` is what a computer has before anybody has told it where it is."""
    for name in ("Asia/Calcutta", "CET", "UTC", "Europe/Kyiv"):
        assert ZONES.validate_python(name) == name
    for name in (
        "Factory",
        "factory",
        "Europe/amsterdam",
        " Europe/Amsterdam",
        "posixrules",
        "+01",
    ):
        with pytest.raises(ValidationError, match="must be an IANA time zone"):
            ZONES.validate_python(name)
