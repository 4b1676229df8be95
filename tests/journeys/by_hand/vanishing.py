"""The machine in front of the database is gone under load, without a word; there is another way.

Run it as root with `PYTHONPATH=tests .venv/bin/python -m journeys.by_hand.vanishing`; it takes a
minute. The machine is a network namespace of Linux in which a relay passes everything on to
PostgreSQL's socket; then its cable is pulled. So PostgreSQL, for its part, does not hear that those
who asked through the relay are gone, and holds their locks until their time is over.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from psycopg.conninfo import conninfo_to_dict

from postgresql import Postmaster
from postgresql import Server as PostgresqlServer

from ..bookers import working
from ..serving import installed
from ..town import account_file

PATIENCE_SECONDS = 60
_MACHINE = "openslot-gone"
_HERE, _THERE, _PORT = "10.77.0.1", "10.77.0.2", 5432
_RELAY = f"""
import asyncio, sys

async def pass_on(reader, writer):
    while some := await reader.read(65536):
        writer.write(some)
        await writer.drain()
    writer.close()

async def serve(reader, writer):
    ours, theirs = await asyncio.open_unix_connection(sys.argv[1])
    await asyncio.gather(pass_on(reader, theirs), pass_on(ours, writer), return_exceptions=True)

async def main():
    await (await asyncio.start_server(serve, {_THERE!r}, {_PORT})).serve_forever()

asyncio.run(main())
"""


def main() -> None:
    """Prints after how many seconds everybody is served again.

    Raises:
        AssertionError: somebody is not in time, or an acknowledged change is lost.
    """
    # PostgreSQL's user has to get in, which `TemporaryDirectory` would not allow.
    folders = [Path(tempfile.mkdtemp(prefix="openslot-gone-")) for _ in range(2)]
    try:
        with Postmaster(folders[0], durable=True) as postmaster:
            databases = PostgresqlServer(postmaster.url)
            databases.begin()
            url = databases.make()
            to = conninfo_to_dict(url)
            with _machine(f"{to['host']}/.s.PGSQL.{_PORT}"):
                ways = urlencode({"host": f"{_THERE},{to['host']}"})
                _journey(folders[1], f"postgresql://{to['user']}@/{to['dbname']}?{ways}")
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def _journey(folder: Path, url: str) -> None:
    installation = installed(folder, account_file(), database_url=url)
    with installation.serving() as server:
        with working(installation, server, patience=PATIENCE_SECONDS) as crowd:
            crowd.await_success()
            time.sleep(2)
            _there("link", "set", "cable1", "down")
            began = time.monotonic()
            crowd.await_refusal(PATIENCE_SECONDS)
            print(f"The first 503 came after {time.monotonic() - began:.1f} s.")
            crowd.await_success(PATIENCE_SECONDS)
            print(f"After {time.monotonic() - began:.1f} s everybody was served again.")
        bookings = crowd.check(installation, server)
    print(f"All {bookings} bookings are as their clients were told.")


@contextmanager
def _machine(socket: str) -> Iterator[None]:
    """A machine at the other end of a cable, which passes everything on to a socket."""
    _ip("netns", "add", _MACHINE)
    try:
        _ip("link", "add", "cable0", "type", "veth", "peer", "name", "cable1", "netns", _MACHINE)
        _ip("addr", "add", f"{_HERE}/24", "dev", "cable0")
        _ip("link", "set", "cable0", "up")
        _there("addr", "add", f"{_THERE}/24", "dev", "cable1")
        _there("link", "set", "cable1", "up")
        command = ["ip", "netns", "exec", _MACHINE, sys.executable, "-c", _RELAY, socket]
        relay = subprocess.Popen(command)
        time.sleep(1)
        try:
            yield
        finally:
            relay.kill()
            relay.wait()
            _ip("link", "del", "cable0")
    finally:
        _ip("netns", "del", _MACHINE)


def _there(*arguments: str) -> None:
    _ip("-n", _MACHINE, *arguments)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


if __name__ == "__main__":
    main()
