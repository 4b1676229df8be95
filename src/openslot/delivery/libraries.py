"""What only sending needs, loaded when something is sent for the first time.

Libraries, and whose certificates are believed: together a third of a second, which no request is
to wait for. It is done in a thread.
"""

import ssl
import sys
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module

from openslot.kernel.loading import in_thread

OF_REQUESTS = ("openslot.delivery.outbound.requests",)
OF_MESSAGES = (
    *("babel.dates", "babel.messages.pofile", "icalendar", "jinja2.sandbox"),
    *("openslot.delivery.mail.heard_smtp", *OF_REQUESTS),
)


async def loaded(names: Sequence[str]) -> None:
    """Returns when modules are there, and what certificates are judged by."""
    missing = [name for name in names if name not in sys.modules]
    if missing:
        await in_thread(lambda: _load(missing))


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """What certificates of others are judged by; the same for the life of a process."""
    return ssl.create_default_context()


def _load(names: Sequence[str]) -> None:
    tls_context()
    for name in names:
        import_module(name)
