"""The lines of an iCalendar file, unfolded, as an editor numbers them (RFC 5545 §3.1).

Nothing here fails: a file of any bytes has lines. Pure.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_LINE_BYTES = 1024 * 1024  # of what is looked at; the rest of a longer line is passed over
_NOT_EMPTY = re.compile(rb"[^\r\n]+")


class ContentLine(NamedTuple):
    """One unfolded line."""

    number: int  # of its first line in the file; 1 is the first
    offset: int  # of its first byte
    text: bytes
    is_cut: bool  # longer than what is looked at


def utf_8(content: bytes) -> bytes:
    """A file's bytes without a byte order mark, in UTF-8 if the mark says UTF-16."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return content.removeprefix(BOM_UTF8)


def content_lines(
    content: bytes, start: int = 0, end: int | None = None, number: int = 1
) -> Iterator[ContentLine]:
    """The lines of a part of a file; `number` is that of the line which begins at `start`.

    Lines end with CR LF, LF or, in a file without any LF, with CR.
    """
    line_end = b"\n" if b"\n" in content else b"\r"
    end = len(content) if end is None else end
    counted_to = start
    first: ContentLine | None = None  # what the next line may go on
    longer = bytearray()
    for found in _NOT_EMPTY.finditer(content, start, end):
        begin, stop = found.span()
        number += content.count(line_end, counted_to, begin)
        counted_to = begin
        room = LONGEST_LINE_BYTES - len(longer)
        # RFC 5545 §3.1: a line that begins with white space goes on with the line before it
        if first is not None and content[begin] in b" \t":
            longer += content[begin + 1 : min(stop, begin + 1 + room)]
            if stop - begin - 1 > room:
                first = first._replace(is_cut=True)
            continue
        if first is not None:
            yield first._replace(text=bytes(longer))
        is_cut = stop - begin > LONGEST_LINE_BYTES
        longer = bytearray(content[begin : min(stop, begin + LONGEST_LINE_BYTES)])
        first = ContentLine(number, begin, b"", is_cut)
    if first is not None:
        yield first._replace(text=bytes(longer))


def text_of(value: bytes) -> str:
    """A line's text: UTF-8, or Windows-1252 as old programs write it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", errors="replace")
