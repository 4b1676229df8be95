"""Starting the program `openslot` as a fork of a process that has loaded it.

To load it takes most of the processor time of a command and of a server's start, and tests start a
thousand. A fork gets arguments, environment, folder, streams, session and umask as `exec` gives
them, and is a child of the tests as any other. What is said of a start itself is tested on a
program that is `COLD`.
"""

import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

PROGRAM = str(Path(sys.executable).with_name("openslot"))
COLD = (sys.executable, PROGRAM)  # begun as an operator begins it

_NURSERY = str(Path(__file__).with_name("nursery.py"))
# Not as a file: processes that a program spawns would run it again.
_CODE = f"exec(compile(open({_NURSERY!r}).read(), {_NURSERY!r}, 'exec'))"
_PR_SET_CHILD_SUBREAPER = 36
# What the interpreter or the loader reads when a process begins, but for what a fork can follow.
_READ_AT_START = ("PYTHON", "LD_")
_FOLLOWED = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")


class Warmth:
    """Whether programs are forks, in this process of the tests; nothing else ever wants them."""

    active = False
    nursery: "Nursery | None" = None
    lock = Lock()


class Nursery:
    """The process that becomes programs."""

    def __init__(self) -> None:
        # Programs whose parent has ended become children of this process.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._asking, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with asked:
            self._process = subprocess.Popen([sys.executable, "-c", _CODE], stdin=asked)
        atexit.register(self.close)

    def born(self, program: Mapping[str, Any], streams: Sequence[int]) -> int:
        """The number of a new process."""
        socket.send_fds(self._asking, [json.dumps(program).encode()], streams)
        return int(self._asking.recv(20))

    def close(self) -> None:
        """Ends it; programs go on."""
        self._asking.close()
        self._process.wait()


class Fork(subprocess.Popen[Any]):
    """A program as `subprocess.Popen` starts it, but for `exec`."""

    def _execute_child(self, *given: Any) -> None:
        args, _, _, _, _, cwd, env = given[:7]
        ends = p2cread, _, _, c2pwrite, _, errwrite = given[10:16]
        program = {
            "words": [str(word) for word in args],
            "environment": dict(env),
            "folder": str(cwd or Path.cwd()),
            "umask": _umask(),
            "session": given[-2],
        }
        streams = [
            own if end == -1 else end for own, end in enumerate((p2cread, c2pwrite, errwrite))
        ]
        with Warmth.lock:
            Warmth.nursery = Warmth.nursery or Nursery()
            self.pid = Warmth.nursery.born(program, streams)
        self._child_created = True
        self._close_pipe_fds(*ends)


def started(
    words: Sequence[str], environment: Mapping[str, str], **given: Any
) -> "subprocess.Popen[Any]":
    """A process of a program and its arguments, begun as `subprocess.Popen` is told by `given`."""
    plain = all(
        name in _FOLLOWED or not name.startswith(_READ_AT_START) or os.environ.get(name) == text
        for name, text in environment.items()
    )
    kind = Fork if Warmth.active and plain and words[0] == PROGRAM else subprocess.Popen
    return kind(words, env=environment, **given)


def _umask() -> int:
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1], 8) for line in status if line.startswith("Umask:"))
