"""A process that has loaded the product, and becomes the program `openslot` again and again.

Run as `python -c`, with a socket as its standard input: each message is a program to be, in JSON,
with its three standard streams; the answer is the number of its process. It ends with the socket.
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import random
import socket
import sys
import threading
import time
import traceback

LOADED = (
    "openslot.cli.main",
    "openslot.web.processes",
    "openslot.web.later_routes",
    "openslot.worker.loops",
    "openslot.delivery.mail.heard_smtp",
    "openslot.delivery.outbound.requests",
    "uvloop",
)
_LONGEST_MESSAGE = 200_000


def main() -> None:
    """Waits for programs to be; returns in each of them."""
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=os.dup(0)) as asked:
        while True:
            text, streams, _, _ = socket.recv_fds(asked, _LONGEST_MESSAGE, 3)
            if not text:
                sys.exit()
            reading, writing = os.pipe()
            between = os.fork()
            if not between:
                # Its child has no parent when it ends, and falls to whoever asked for it.
                child = os.fork()
                if child:
                    os.write(writing, str(child).encode())
                    os._exit(0)
                break
            os.waitpid(between, 0)
            os.close(writing)
            asked.sendall(os.read(reading, 20))
            for descriptor in (reading, *streams):
                os.close(descriptor)
    _become(json.loads(text), streams)


def _become(program, streams):
    """Makes this process what `exec` would have made of it."""
    if program["session"]:
        os.setsid()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.closerange(3, 1024)
    os.chdir(program["folder"])
    os.umask(program["umask"])
    os.environ.clear()
    os.environ.update(program["environment"])
    time.tzset()
    random.seed()
    sys.argv = program["words"]
    at_once = bool(os.environ.get("PYTHONUNBUFFERED"))
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False), "utf-8", "surrogateescape")
    sys.stdout = io.TextIOWrapper(
        os.fdopen(1, "wb", closefd=False), "utf-8", "surrogateescape", write_through=at_once
    )
    sys.stderr = io.TextIOWrapper(
        os.fdopen(2, "wb", closefd=False), "utf-8", "backslashreplace", line_buffering=True
    )
    for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout), ("stderr", sys.stderr)):
        setattr(sys, f"__{name}__", stream)


def _end(code):
    """Ends as the interpreter does, but for taking apart what it has loaded."""
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


main()
try:
    sys.modules["openslot.cli.main"].run()
except SystemExit as ended:
    _end(ended.code or 0)
except BaseException:
    traceback.print_exc()
    _end(1)
