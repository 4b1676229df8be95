"""The account that is measured: one branch, ten desks, open from eight to eight."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from journeys.serving import Installation, installed
from openslot.kernel.scopes import BOOKING

DESKS = 10
SERVICE = "passport"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def account_file(branches: int = 1, desks: int = DESKS) -> dict[str, Any]:
    """An account with equal branches, each with so many equal desks."""
    keys = [f"branch-{n}" for n in range(branches)]
    return {
        "account": "acme",
        "name": "Acme",
        "locales": ["en_US"],
        "settings": {"reservationMinutes": 60},
        "branches": [
            {
                "key": key,
                "name": key.title(),
                "timeZone": "Europe/Amsterdam",
                "address": {"country": "NL"},
                "openingHours": [{"day": d, "opens": "08:00", "closes": "20:00"} for d in _DAYS],
            }
            for key in keys
        ],
        "services": [
            {
                "key": SERVICE,
                "name": SERVICE.title(),
                "durationMinutes": 30,
                "slotStepMinutes": 15,
                "horizonDays": 730,
                "resourceTypes": ["desk"],
                "branches": keys,
            }
        ],
        "resources": [
            {
                "key": f"{key}-desk-{n}",
                "branch": key,
                "name": f"Desk {n}",
                "type": "desk",
                "services": [SERVICE],
            }
            for key in keys
            for n in range(desks)
        ],
        "clients": [
            {
                "key": "website",
                "name": "Website",
                "grants": ["client_credentials"],
                "scopes": list(BOOKING),
            }
        ],
    }


@contextmanager
def town(branches: int = 1, desks: int = DESKS) -> Iterator[Installation]:
    """An installation of it, in a folder that is removed afterwards."""
    with TemporaryDirectory(prefix="openslot-bench-") as folder:
        yield installed(Path(folder), account_file(branches, desks))
