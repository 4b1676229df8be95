"""The fields of a person, each by its one rule: what is taken, and as what it is stored."""

import pytest

from openslot.kernel import fields
from openslot.kernel.fields import FieldRefused
from openslot.kernel.phone_numbers import phone
from openslot.scheduling.model.customers import customers

# Unicode's White_Space, as PropList.txt lists it.
WHITE_SPACE = [
    *map(chr, range(0x09, 0x0E)),
    *" \x85\xa0\u1680",
    *map(chr, range(0x2000, 0x200B)),
    *"\u2028\u2029\u202f\u205f\u3000",
]


@pytest.mark.parametrize("space", WHITE_SPACE, ids=ascii)
def test_white_space_of_any_kind_is_taken_off(space: str) -> None:
    around = f"{space}\r\n{{}}{space}"
    assert fields.name(around.format("Ada")) == "Ada"
    assert fields.email(around.format("ada@example.org")) == "ada@example.org"
    assert fields.birth_date(around.format("1990-01-01")) == "1990-01-01"
    assert fields.long_text(around.format(f"a{space}b")) == f"a{space}b"
    assert fields.long_text(around.format("")) == ""
    assert customers.identifier(around.format("Zx81Quibble42")) == "Zx81Quibble42"
    assert phone(around.format(f"06{space}12345678"), "NL") == "+31612345678"


@pytest.mark.parametrize(
    "text",
    ["\u200b", "\u200d\u200c", "\ufeff", "\u2060 \u200b", "\xad", "\u3164", "\u2800", "\U000e0041"],
    ids=ascii,
)
def test_a_name_that_shows_nothing_is_none(text: str) -> None:
    with pytest.raises(FieldRefused) as refusal:
        fields.name(text)
    assert refusal.value.code == "pattern"
    assert fields.name(f"{text}a") == f"{text}a".strip(" ")


def test_control_characters_are_not_white_space() -> None:
    """Python's `strip` takes these four off."""
    for text in ("\x1cAda", "Ada\x1d", "\x1eAda", "Ada\x1f"):
        with pytest.raises(FieldRefused, match="control characters"):
            fields.name(text)


def test_lengths_are_those_after_trimming() -> None:
    assert fields.name(" " + "e\u0301" * 255 + " ") == "\xe9" * 255
    assert fields.long_text("\n" * 3000 + "a" * 2048) == "a" * 2048
    for rule, text in ((fields.name, "a" * 256), (fields.long_text, "a" * 2049)):
        with pytest.raises(FieldRefused) as refusal:
            rule(text)
        assert refusal.value.code == "too_long"


@pytest.mark.parametrize(
    ("country", "text", "dialled"),
    [
        ("NL", "0612345678", "+31612345678"),
        ("NL", "612345678", "+31612345678"),  # a JSON integer has no zero in front
        ("NL", "31612345678", "+31612345678"),
        ("NL", "00 31 6 12345678", "+31612345678"),
        ("NL", "+31 (0)6 12345678", "+31612345678"),
        ("NL", "(+31) 6-12345678", "+31612345678"),
        ("NL", "+31\u202f6\u202f12345678", "+31612345678"),
        ("NL", "06\u20131234\u20115678", "+31612345678"),
        ("NL", "06\u22121234\xad5678", "+31612345678"),
        ("NL", "06.12.34/56_78", "+31612345678"),
        ("NL", "[06] 12345678", "+31612345678"),
        ("NL", "\u0660\u0666\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668", "+31612345678"),
        ("NL", "\uff0b\uff13\uff11 \uff16 12345678", "+31612345678"),
        ("NL", "\u202a+31 6 1234 5678\u202c", "+31612345678"),
        ("NL", "015 260 2600 ext. 12", "+31152602600"),
        ("NL", "015 260 2600 x12", "+31152602600"),
        ("NL", "015 260 2600, Ext: 7", "+31152602600"),
        ("NL", "0900 8844", "+319008844"),
        ("FR", "06.12.34.56.78", "+33612345678"),
        ("US", "(555) 123-4567", "+15551234567"),
        ("US", "1 555 123 4567", "+15551234567"),
        ("DE", "030 2345678", "+49302345678"),
        ("IT", "06 698 1234", "+39066981234"),
        ("GB", "2079460000", "+442079460000"),
        ("ES", "612 345 678", "+34612345678"),
        ("ZZ", "+31 6 12345678", "+31612345678"),
    ],
)
def test_phone_numbers(country: str, text: str, dialled: str) -> None:
    assert phone(text, country) == dialled


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("NL", "0612345abc"),
        ("NL", "0800-FLOWERS"),
        ("NL", "tel 0612345678"),
        ("NL", "+31 6 12345678 home"),
        ("NL", "ext. 12"),
        ("NL", "0612345678 ext"),
        ("NL", "0612345678 ext. 12 ext. 13"),
        ("NL", "0612345678;12"),
        ("NL", "0612345678, 0687654321"),
        ("NL", "06\u200b12345678"),
        ("NL", "06*12345678"),
        ("NL", "06\xb212345678"),
        ("NL", "++31612345678"),
        ("NL", "31+612345678"),
        ("NL", "-0612345678"),
        ("NL", "0612345678-"),
        ("NL", "06123456781234567"),
        ("NL", "1234567"),
        ("US", "555-1234"),
        ("DE", "2345678"),
        ("AT", "1234567"),
        ("IT", "1234567"),
        ("ZZ", "0612345678"),
    ],
)
def test_what_is_no_phone_number(country: str, text: str) -> None:
    """Letters, strange signs, or a local part without its area code."""
    with pytest.raises(FieldRefused) as refusal:
        phone(text, country)
    assert refusal.value.code == "invalid_value"
