"""Tables as people save them: CSV with commas, semicolons or tabs, in UTF-8 with or without BOM.

A faulty row does not hide the others; only what makes the whole table unreadable ends it.
Source: RFC 4180, and what spreadsheets write.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from openslot.kernel.fields import trimmed
from openslot.kernel.remarks import Remark, UnreadableFile

MOST_BYTES = 16 * 1024 * 1024
_DELIMITERS = (",", ";", "\t")
_ENCODING = 'is not UTF-8; in the spreadsheet, save it again as "CSV UTF-8"'


class UnreadableTable(UnreadableFile):
    """It is not a table that can be read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the cells that have something in them, trimmed, by column."""

    file: str
    line: int  # where it begins
    cells: Mapping[str, str]

    def remark(self, column: str | None, says: str) -> Remark:
        """Something about a cell, or about the whole row."""
        return Remark(self.file, self.line, column, says)


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A file's rows, and what is wrong with single ones and with its columns."""

    columns: Sequence[str]
    rows: Sequence[Row]
    faulty_rows: Sequence[Remark]
    unknown_columns: Sequence[Remark]


def read(
    content: bytes,
    file: str,
    known: Sequence[str],
    required: Sequence[str],
    families: Mapping[str, str] = MappingProxyType({}),
) -> CsvTable:
    """A table with these columns; names count in any case.

    `families` are what a column may begin with instead, and the pattern of what follows then:
    `name:` takes `name:nl_NL`.

    Raises:
        UnreadableTable: it cannot be decoded, has no header, or lacks a required column.
    """
    text = _decoded(content, file)
    records = _records(text, file)
    header_line, header = next(records, (1, None))
    if header is None or not isinstance(header, list):
        says = "the file is empty; its first line must name the columns"
        raise header if isinstance(header, UnreadableTable) else _unreadable(file, 1, says)
    columns, unknown = _columns(header, file, header_line, known, families)
    missing = [f"`{name}`" for name in required if name not in columns]
    if missing:
        says = f"the columns {', '.join(missing)} are missing"
        if len(missing) == 1:
            says = f"the column {missing[0]} is missing"
        raise _unreadable(file, header_line, f"{says}; nothing of this file was taken")
    rows: list[Row] = []
    faulty: list[Remark] = []
    for line, record in records:
        if isinstance(record, UnreadableTable):
            faulty.append(record.remark)
        elif any(map(trimmed, record[len(columns) :])):
            says = f"has more cells than the {len(columns)} columns; put texts with "
            faulty.append(Remark(file, line, None, says + "separators in double quotes"))
        elif any(map(trimmed, record)):
            pairs = zip(columns, record, strict=False)
            rows.append(Row(file, line, {c: trimmed(t) for c, t in pairs if c and trimmed(t)}))
    return CsvTable([c for c in columns if c], rows, faulty, unknown)


def _decoded(content: bytes, file: str) -> str:
    if len(content) > MOST_BYTES:
        says = f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB; split it"
        raise _unreadable(file, 1, says)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _unreadable(file, line, _ENCODING) from None
    if "\0" in text:  # UTF-16 without the sign that says so
        raise _unreadable(file, 1, _ENCODING)
    return text


def _records(text: str, file: str) -> Iterator[tuple[int, list[str] | UnreadableTable]]:
    """Every record with the line that it begins on; what cannot be split ends the table."""
    first, _, rest = text.partition("\n")
    lines_before = 0
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == len("sep=;"):
        delimiter, text, lines_before = first[4], rest, 1  # Excel's own first line
    else:
        outside_quotes = "".join(first.split('"')[::2])
        delimiter = max(_DELIMITERS, key=outside_quotes.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = lines_before + 1
    try:
        for record in reader:
            if record:
                yield line, record
            line = lines_before + reader.line_num + 1
    except csv.Error as error:
        says = f"cannot be read on from here ({error}); check the double quotes"
        yield line, _unreadable(file, line, says)


def _columns(
    header: Sequence[str], file: str, line: int, known: Sequence[str], families: Mapping[str, str]
) -> tuple[list[str], list[Remark]]:
    """The name of each column as the manual writes it, "" for those that are ignored."""
    by_case = {name.casefold(): name for name in known}
    columns: list[str] = []
    unknown: list[Remark] = []
    for cell in header:
        name = trimmed(cell)
        family, colon, member = name.partition(":")
        family = family.casefold() + colon
        column = by_case.get(name.casefold(), "")
        if family in families and re.fullmatch(families[family], member):
            column = family + member
        if column and column in columns:
            raise _unreadable(file, line, f"the column `{column}` appears twice; remove one")
        if name and not column:
            close = get_close_matches(name, known, n=1)
            meant = f"; did you mean `{close[0]}`?" if close else ""
            unknown.append(Remark(file, line, name, f"there is no such column{meant}"))
        columns.append(column)
    return columns, unknown


def _unreadable(file: str, line: int, says: str) -> UnreadableTable:
    return UnreadableTable(Remark(file, line, None, says))
