"""The lines of an iCalendar file, unfolded (RFC 5545 §3.1).

Nothing here fails: a file of any bytes has lines. Pure.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_LINE_BYTES = 1024 * 1024  # of what is looked at; the rest of a longer line is passed over
_FOLD = re.compile(rb"[\r\n]+[ \t]")
# RFC 5545 §3.1: a line that begins with white space goes on with the line before it
_LINE = re.compile(rb"[^\r\n]++(?:[\r\n]++[ \t][^\r\n]*+)*+")


class ContentLine(NamedTuple):
    """One unfolded line."""

    text: bytes
    is_cut: bool  # longer than what is looked at


def uniform(content: bytes) -> bytes:
    """A file's bytes with LF at the end of lines, without a byte order mark.

    They are in UTF-8 if the mark says UTF-16. Lines may have ended with CR, CR LF, or CR CR LF, as
    programs write that take CR LF for the end of a line and add one more CR.
    """
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        content = content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    for line_end in (b"\r\r\n", b"\r\n", b"\r"):
        content = content.replace(line_end, b"\n")
    return content.removeprefix(BOM_UTF8)


def content_lines(content: bytes, start: int, end: int) -> Iterator[ContentLine]:
    """The lines of a part of a file."""
    for found in _LINE.finditer(content, start, end):
        text = found[0]
        if b"\n" in text or b"\r" in text:
            text = _FOLD.sub(b"", text)
        if len(text) <= LONGEST_LINE_BYTES:
            yield ContentLine(text, False)
        else:
            yield ContentLine(text[:LONGEST_LINE_BYTES], True)


def text_of(value: bytes) -> str:
    """A line's text: UTF-8, or Windows-1252 as old programs write it."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", errors="replace")
