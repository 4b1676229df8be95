"""A log line goes to standard error if it can, and nothing else depends on it."""

import json
import logging
import os
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
import structlog

from openslot.observability.logs import LogLines, configure_logs

pytestmark = pytest.mark.usefixtures("logs_as_before")


def test_every_line_is_json_of_ours_and_of_libraries(tmp_path: Path) -> None:
    logging.captureWarnings(False)  # by another test; pytest has taken that back by half
    with (tmp_path / "log").open("ab") as file:
        lines = configure_logs("info", file.fileno())
        structlog.get_logger("openslot.test").info("ours", number=1)
        logging.getLogger("library").warning("of %s", "theirs")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("old", DeprecationWarning, stacklevel=1)
        too_few = ("cannot be formatted",)
        logging.getLogger("library").warning("%s %s", *too_few)
        structlog.get_logger("openslot.test").debug("not at this level")
        lines.flush()
    written = read(tmp_path / "log")
    assert [line["event"] for line in written[:2]] == ["ours", "of theirs"]
    assert "old" in written[2]["event"]
    assert len(written) == 3
    assert all(line["level"] and line["timestamp"] for line in written)
    assert lines.dropped == 0


def test_a_full_disk_drops_lines_and_counts_them() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    lines = configure_logs("info", full)
    said(100)
    lines.flush()
    assert lines.dropped == 100
    os.close(full)
    said(1)
    lines.flush()
    assert lines.dropped == 101


def test_a_pipe_whose_reader_is_gone_drops_lines() -> None:
    reads, writes = os.pipe()
    os.close(reads)
    lines = configure_logs("info", writes)
    said(3)
    lines.flush()
    assert lines.dropped == 3
    os.close(writes)


@pytest.mark.slow
@pytest.mark.parametrize("blocking", [True, False])
def test_a_pipe_that_nobody_reads_makes_nobody_wait(blocking: bool) -> None:
    """And when somebody reads again, whole lines come."""
    reads, writes = os.pipe()
    os.set_blocking(writes, blocking)
    lines = configure_logs("info", writes)
    began = time.monotonic()
    said(40_000)
    assert time.monotonic() - began < 15  # of computing
    dropped = lines.dropped
    assert dropped > 10_000
    received = drained(reads, lines)
    os.close(reads)
    found = [json.loads(line)["number"] for line in received.splitlines()]
    assert len(found) == 40_000 - dropped
    assert found == sorted(found)


def test_a_line_that_was_torn_does_not_spoil_the_next(tmp_path: Path) -> None:
    """The disk was full in the middle of it, and then there was room again."""
    import resource  # noqa: PLC0415

    path = tmp_path / "log"
    with path.open("ab") as file:
        lines = configure_logs("info", file.fileno())
        said(1)
        lines.flush()
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, limits[1]))
        try:
            said(2)
            lines.flush()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        said(1)
        lines.flush()
    first, torn, last = path.read_text().splitlines()
    assert (json.loads(first)["number"], json.loads(last)["number"]) == (0, 0)
    assert len(torn) == 10
    assert lines.dropped == 2


def test_no_line_goes_into_a_file_that_has_got_the_number_of_the_log(tmp_path: Path) -> None:
    """A database for instance, of which it would overwrite the beginning."""
    log = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    lines = configure_logs("info", log)
    other = os.open(tmp_path / "other", os.O_WRONLY | os.O_CREAT)
    os.dup2(other, log)
    said(1)
    lines.flush()
    os.close(other)
    os.close(log)
    assert (tmp_path / "other").read_bytes() == b""
    assert len(read(tmp_path / "log")) == 1


def said(count: int) -> None:
    """So many lines of the product."""
    log = structlog.get_logger("openslot.test")
    for number in range(count):
        log.info("said", number=number)


def drained(pipe: int, lines: LogLines) -> str:
    """What comes through a pipe until everything is written."""
    os.set_blocking(pipe, False)
    received = b""
    while lines._waiting or lines._sending or not received:
        try:
            received += os.read(pipe, 65_536)
        except BlockingIOError:
            time.sleep(0.005)
    while True:
        try:
            received += os.read(pipe, 65_536)
        except BlockingIOError:
            return received.decode()


def read(path: Path) -> list[Any]:
    """The lines of a log."""
    return [json.loads(line) for line in path.read_text().splitlines()]
