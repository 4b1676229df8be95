"""Structured logs: one JSON object per line on standard error, nothing personal in it."""

import logging
import os
import select
from typing import TextIO, cast

import structlog

from openslot.observability.background_sender import BackgroundSender

STANDARD_ERROR = 2
LogLines = BackgroundSender[str]

_MOST_CHARACTERS = 2_000_000  # that wait to be written: some 8 000 requests
_PAUSE_SECONDS = 0.02
_ATOMIC_BYTES = 4096  # PIPE_BUF of Linux: of so few, no other process writes into the middle


def configure_logs(level: str, descriptor: int = STANDARD_ERROR) -> LogLines:
    """Sends every log line, ours and the libraries', to standard error as JSON.

    A line is written a little later by a thread. One that cannot be written is dropped and
    counted in what is returned: a disk that is full and a pipe that nobody reads change nothing
    else. Closing `descriptor` afterwards changes nothing either.
    """
    number = _number_of(level)
    lines = LogLines(
        "log_lines",
        _Descriptor(descriptor).write,
        most=_MOST_CHARACTERS,
        pause_seconds=_PAUSE_SECONDS,
    )
    stream = cast(TextIO, _Stream(lines))  # of which loggers use no more than there is
    shared: list[structlog.types.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = _Handler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    logging.captureWarnings(True)
    return lines


def logs(level: str, wanted: str) -> bool:
    """Whether a log of a level has lines of another one."""
    return _number_of(wanted) >= _number_of(level)


def _number_of(level: str) -> int:
    return logging.getLevelNamesMapping().get(level.upper(), logging.INFO)


class _Stream:
    """The queue as a text file."""

    def __init__(self, lines: LogLines) -> None:
        self._lines = lines

    def write(self, text: str) -> None:
        self._lines.add(text, len(text))

    def flush(self) -> None:
        pass


class _Handler(logging.StreamHandler[TextIO]):
    """Drops a record that cannot be formatted; the default would write about it, and wait."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        pass


class _Descriptor:
    """Writes lines to a file, pipe or terminal, as few at a time as stay whole."""

    def __init__(self, descriptor: int) -> None:
        # One of its own: the number that was given may be closed and be that of another file, a
        # database's for instance, when the thread writes to it.
        self._descriptor = os.dup(descriptor)
        self._torn = False  # the last line that was written has no end

    def write(self, lines: list[str]) -> int:
        """Writes them, and waits if it must; returns how many are lost."""
        lost = 0
        text = b""
        for line in lines:
            encoded = line.encode("utf-8", "backslashreplace")
            if text and len(text) + len(encoded) > _ATOMIC_BYTES:
                lost += self._write(text)
                text = b""
            text += encoded
        return lost + self._write(text)

    def _write(self, text: bytes) -> int:
        was_torn = self._torn
        if was_torn:
            text = b"\n" + text
        written = 0
        while written < len(text):
            try:
                written += os.write(self._descriptor, text[written:])
            except BlockingIOError:
                select.select([], [self._descriptor], [])
            except OSError:
                break
        if written:
            self._torn = not text[:written].endswith(b"\n")
        return text.count(b"\n", written) - (was_torn and not written)
