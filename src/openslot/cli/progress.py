"""One line on a terminal while something takes long; nothing where no person looks."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

_FIRST_AFTER_SECONDS = 1.0
_EVERY_SECONDS = 0.5
_ERASE = "\r\x1b[K"


class ProgressLine:
    """What is being done and for how long, on standard error; gone when the block ends."""

    def __init__(self, doing: str) -> None:
        """`doing` is the beginning of the line: `Checking openslot.db`."""
        self._doing = doing
        self._share = ""
        self._began = time.monotonic()
        self._ended = threading.Event()
        self._writing: threading.Thread | None = None

    def at(self, done: int, total: int) -> None:
        """How much of it is done."""
        self._share = f"{100 * done // total} %, " if total else ""

    def __enter__(self) -> Self:
        """Begins to write, if standard error is a terminal."""
        if sys.stderr.isatty():
            self._writing = threading.Thread(target=self._write, daemon=True)
            self._writing.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Erases the line."""
        self._ended.set()
        if self._writing is not None:
            self._writing.join()

    def _write(self) -> None:
        wait = _FIRST_AFTER_SECONDS
        while not self._ended.wait(wait):
            wait = _EVERY_SECONDS
            seconds = int(time.monotonic() - self._began)
            sys.stderr.write(f"{_ERASE}{self._doing}: {self._share}{seconds} s")
            sys.stderr.flush()
        if wait == _EVERY_SECONDS:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
