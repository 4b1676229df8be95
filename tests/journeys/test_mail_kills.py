"""Mails of a real server through kills, above all between the answer to one and its note."""

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from delivery.mail.mail_servers import Mailbox, mail_server_in_thread
from rounds import rounds

from .serving import installed
from .test_webhooks import book, until
from .town import Desk, account_file

pytestmark = [pytest.mark.slow, pytest.mark.prove]

KILLS = rounds(some=1, many=100)
BOOKINGS_A_ROUND = 4
LEASE_SECONDS = 2
CONNECTIONS = 4  # of a process: so many mails can be under way when it is killed


def test_each_booking_is_told_through_kills(tmp_path: Path, empty: Callable[[], str]) -> None:
    """Once at least; twice only what was under way, and then it is the same mail."""
    luck = random.Random(4)
    installation = installed(tmp_path, account_file(), database_url=empty())
    client = installation.clients["acme", "website"]
    booked: list[str] = []
    with mail_server_in_thread() as box:
        installation.environment |= {
            "OPENSLOT_SMTP_URL": f"smtp://127.0.0.1:{box.port}",
            "OPENSLOT_MAIL_FROM": "Acme <noreply@acme.example>",
            "OPENSLOT_DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        with installation.serving() as server, server.wire() as wire:
            wanted = KILLS * BOOKINGS_A_ROUND // 4 + 1  # with four counters each
            starts = list(itertools.islice(Desk.at(wire, client).starts(wire, "four"), wanted))
        free = iter(start for start in starts for _ in range(4))
        for _ in range(KILLS):
            server = installation.start()
            with server.wire() as wire:
                desk = Desk.at(wire, client)
                before = len(box.mails)
                booked += [book(desk, wire, next(free)) for _ in range(BOOKINGS_A_ROUND)]
            until(lambda before=before: len(box.mails) > before)  # type: ignore[misc]
            time.sleep(luck.uniform(0, 0.01))
            server.kill()
        with installation.serving():
            until(lambda: len(_told(box)) >= len(booked), LEASE_SECONDS + 30)
            time.sleep(LEASE_SECONDS + 1)  # what has no note would be sent again now
        mails = len(box.mails)
    told = _told(box)
    appointments = {_uid(mail.content) for mail in box.mails}
    assert len(told) == len(appointments) == len(booked) == KILLS * BOOKINGS_A_ROUND
    assert {uid.partition("@")[0] for uid in appointments} == set(booked)
    assert mails - len(told) <= CONNECTIONS * KILLS, told


def _told(box: Mailbox) -> Counter[str]:
    """How often each mail came."""
    return Counter(str(message_from_bytes(mail.content)["Message-ID"]) for mail in list(box.mails))


def _uid(content: bytes) -> str:
    """The appointment of a mail, as its calendar object names it."""
    parts = message_from_bytes(content, policy=policy.default).iter_parts()
    [calendar] = [part for part in parts if part.get_content_type() == "text/calendar"]
    lines = str(calendar.get_content()).replace("\n ", "").splitlines()
    [uid] = [line.partition(":")[2] for line in lines if line.startswith("UID:")]
    return uid
