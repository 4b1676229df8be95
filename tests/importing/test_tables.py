"""Tables as spreadsheets write them, and what is said of those that cannot be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openslot.importing.tables import CsvTable, UnreadableTable, read

KNOWN, REQUIRED = ("key", "name", "timeZone"), ("key",)


def table(content: bytes | str) -> CsvTable:
    """A file that is read."""
    content = content.encode() if isinstance(content, str) else content
    return read(content, "t.csv", KNOWN, REQUIRED, {"name:": r"[a-z]{2}_[A-Z]{2}"})


def refusal(content: bytes | str) -> str:
    """What is said of a file that cannot be read."""
    with pytest.raises(UnreadableTable) as refused:
        table(content)
    return str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        "key,name\na,Anna\nb,Bob\n",
        "\ufeffkey,name\r\na,Anna\r\nb,Bob\r\n",
        "key;name\r\na;Anna\r\nb;Bob",
        "key\tname\na\tAnna\nb\tBob\n",
        "sep=;\r\nkey;name\r\na;Anna\r\nb;Bob\r\n",
        " Key , NAME \n a , Anna \n\n,\nb,Bob,,\n",
        '"key","name"\n"a","Anna"\n"b","Bob"\n',
    ],
)
def test_whatever_a_spreadsheet_saves_is_the_same_table(content: str) -> None:
    found = table(content)
    assert [dict(row.cells) for row in found.rows] == [
        {"key": "a", "name": "Anna"},
        {"key": "b", "name": "Bob"},
    ]
    assert (found.faulty_rows, found.unknown_columns) == ([], [])


def test_a_row_has_the_line_that_it_begins_on() -> None:
    found = table('sep=,\nkey,name\na,"two\nlines"\n\nb,"says ""hi"""\n')
    assert [(row.line, row.cells["name"]) for row in found.rows] == [
        (3, "two\nlines"),
        (6, 'says "hi"'),
    ]


def test_a_separator_in_quotes_does_not_count() -> None:
    found = table('key;"name,,,"\na;b\n')
    assert found.rows[0].cells == {"key": "a"}
    assert str(found.unknown_columns[0]) == "t.csv:1: name,,,: there is no such column; " + (
        "did you mean `name`?"
    )


def test_names_by_locale_are_columns_of_a_family() -> None:
    found = table("key,NAME:nl_NL,name:dutch\na,Anna,Bob\n")
    assert found.columns == ["key", "name:nl_NL"]
    assert found.rows[0].cells == {"key": "a", "name:nl_NL": "Anna"}
    assert [remark.column for remark in found.unknown_columns] == ["name:dutch"]


def test_faulty_rows_do_not_hide_the_others() -> None:
    found = table('key,name\na,b,c\nb,Bob\nc,"open\nd,Dora\n')
    assert [row.cells["key"] for row in found.rows] == ["b"]
    first, second = map(str, found.faulty_rows)
    assert first.startswith("t.csv:2: has more cells than the 2 columns")
    assert second.startswith("t.csv:4: cannot be read on from here")


@given(st.binary() | st.text('keynam,;"\n\r\t é', max_size=60).map(str.encode))
def test_whatever_a_file_holds_is_read_or_refused(content: bytes) -> None:
    try:
        found = table(content)
    except UnreadableTable:
        return
    lines = [row.line for row in found.rows]
    assert lines == sorted(set(lines))
    assert all(set(row.cells) <= set(found.columns) for row in found.rows)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "t.csv:1: the file is empty"),
        ("\n\n", "t.csv:1: the file is empty"),
        ("name\na\n", "t.csv:1: the column `key` is missing; nothing of this file was taken"),
        ("key,name,KEY\na,b,c\n", "t.csv:1: the column `key` appears twice"),
        ('"key\na', "t.csv:1: cannot be read on from here"),
        ("key\nZoë\n".encode("latin-1"), "t.csv:2: is not UTF-8; in the spreadsheet, save it"),
        ("key\na\n".encode("utf-16"), "t.csv:1: is not UTF-8"),
        ("key\na\n".encode("utf-16-le"), "t.csv:1: is not UTF-8"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes | str, says: str) -> None:
    assert refusal(content).startswith(says)
