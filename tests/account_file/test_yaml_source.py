"""Reading YAML: documents apart from each other, values as they look, and what is no YAML."""

import time

import pytest

from openslot.account_file.yaml_source import MOST_BYTES, DocumentSource, read

OK = "account: {0}\nname: {0}\n"
EMPTY = "the file is empty; an account file begins `account: NAME`"
NO_MAPPING = "an account file is a mapping that begins with `account: NAME`, not"


def sources(text: str | bytes) -> list[DocumentSource]:
    """What a file holds."""
    return read(text if isinstance(text, bytes) else text.encode(), "a.yaml")


def said(text: str | bytes) -> list[str | None]:
    """Each document as its account's name, or its first mistake."""
    return [
        source.document.account if source.document else str(source.mistakes[0])
        for source in sources(text)
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", f"1:1: {EMPTY}"),
        (b"# nothing\n---\n...\n", f"1:1: {EMPTY}"),
        (b"account: a\nname: caf\xe9\n", "2:10: is not UTF-8; save the file as UTF-8"),
        ("account: a".encode("utf-16"), "1:1: is not UTF-8; save the file as UTF-8"),
        (b"name: \x07\n", "1:7: the character U+0007 is not allowed in YAML; remove it"),
        (b"- account: a\n", f"1:1: {NO_MAPPING} a list"),
        (b"--- acme\n", f'1:5: {NO_MAPPING} "acme"'),
        (b"--- null\n", f"1:5: {NO_MAPPING} nothing"),
        (b"name:\n\t- key: x\n", "2:1: is a tab; YAML is indented with spaces"),
        (b"name: 'x\nkey: 1\n", "1:7: the quote that opens here is not closed"),
        (b"name: {nl: x\n", "2:1: a bracket that opens before this is not closed"),
        (
            b"name: {nl: x\nkey: y\n",
            "2:4: a `,` is missing before this, or a bracket is not closed",
        ),
        (b"account: a\nname\n", "2:1: a `:` is missing after the field's name"),
        (b"name: @x\n", "1:7: a text cannot begin with this sign; put it in quotes"),
        (
            b"name: b: c\n",
            "1:8: a `:` cannot stand here; put the text in quotes, or fix the indentation",
        ),
        (
            b"account: !!python/object:os.system x\n",
            "1:10: the type tag:yaml.org,2002:python/object:os.system has no place in an "
            "account file; remove it",
        ),
        (b"account: *x\n", "1:10: no anchor &x comes before this"),
        (b"account: &x [*x]\n", "1:14: no anchor &x comes before this"),
        (b"account: a\n? [b]\n: c\nname: x\n", "2:3: a field's name must be a text"),
        (
            b'{"account": "a",\n "name": "\\ude42\\ud83d"}',
            "2:10: the text that begins here has \\ude42, which is half a character; write the "
            "other half beside it, or the character itself",
        ),
        (
            b"account: a\nname: x\naccount: b\n",
            "3:1: `account` appears twice in this mapping; remove one",
        ),
        (b"[" * 300, "1:41: is nested deeper than anything in an account file"),
        (b"#" * (MOST_BYTES + 1), "1:1: the file is larger than 4096 KiB; split it"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_account_file_is_told(content: bytes, expected: str) -> None:
    assert said(content) == ["a.yaml:" + expected]


def test_aliases_that_stand_for_billions_of_values_are_refused_at_once() -> None:
    lines = ["account: a", "name: &a0 x"]
    lines += [f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    began = time.monotonic()
    [found] = said("\n".join(lines))
    assert found is not None
    assert "expand to too many values" in found
    assert time.monotonic() - began < 5


def test_anchors_and_aliases_are_taken_and_an_anchor_may_be_used_again() -> None:
    [source] = sources(
        "account: a\nname: &n A\nlocales: &l [en_US]\n"
        "branches:\n  - {key: b, name: *n, timeZone: CET}\n"
        "  - {key: &n c, name: *n, timeZone: CET}\n"
    )
    assert source.document is not None
    assert [branch.name for branch in source.document.branches] == ["A", "c"]


def test_values_are_what_they_look_like() -> None:
    [source] = sources(
        "account: a\nname: NO\nsandbox: True\nlocales: [en_US]\nbranches:\n"
        "  - key: b\n    name: 'yes'\n    timeZone: CET\n"
        "    address: {country: NO, zipCode: !!str 2611}\n"
        "    location: {latitude: 1e1, longitude: -.5}\n    openingHours:\n"
        "      - {day: monday, opens: 09:00, closes: 24:00, validFrom: 2027-01-01}\n"
        '      - {day: monday, opens: "09:00", closes: "24:00", validFrom: "2027-01-01"}\n'
    )
    assert source.document is not None
    [branch] = source.document.branches
    assert (source.document.name, source.document.sandbox, branch.name) == ("NO", True, "yes")
    assert branch.address is not None
    assert (branch.address.country, branch.address.zip_code) == ("NO", "2611")
    assert branch.location is not None
    assert (branch.location.latitude, branch.location.longitude) == (10.0, -0.5)
    assert branch.opening_hours[0] == branch.opening_hours[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (OK.format("a") + "---\n" + OK.format("b"), ["a", "b"]),
        ("# c\n---\n" + OK.format("a") + "...\n# d\n---\n" + OK.format("b") + "---\n", ["a", "b"]),
        ("%YAML 1.2\n---\n" + OK.format("a"), ["a"]),
        ("\ufeff" + OK.format("a"), ["a"]),
        (OK.format("a").replace("\n", "\r\n"), ["a"]),
        (
            "account: [\n---\n" + OK.format("b") + "---\n- c\n---\n" + OK.format("d"),
            [
                "a.yaml:2:1: a bracket that opens before this is not closed",
                "b",
                "a.yaml:6:1: an account file is a mapping that begins with `account: NAME`, "
                "not a list",
                "d",
            ],
        ),
    ],
)  # fmt: skip
def test_documents_stand_for_themselves(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_places_are_counted_in_characters_whatever_comes_before() -> None:
    [source] = sources("\ufeffaccount: a\r\nname: {nl_NL: “Žluť” 🎉, en_US: 5}\r\n")
    assert [str(mistake) for mistake in source.mistakes] == [
        "a.yaml:2:32: `en_US` must be a text, not 5; put it in quotes"
    ]


def test_escapes_in_pairs_are_one_character() -> None:
    """RFC 8259 §7: so JSON writes what lies beyond U+FFFF, and most programs do."""
    [source] = sources('{"account": "a", "name": "\\ud83d\\ude42 \\uD834\\uDD1E \\u00e9"}')
    assert source.document is not None
    assert source.document.name == "\U0001f642 \U0001d11e \xe9"
