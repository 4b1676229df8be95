"""The account row: what every transaction of an account reads first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from openslot.kernel.clock import Millis


@dataclass(frozen=True, slots=True)
class Account:
    """One tenant, as its row stands in this transaction."""

    id: str  # UUID, never reused
    name: str  # what X-ACCOUNT says: [a-z0-9][a-z0-9-]{0,62}
    sandbox: bool
    suspended_at: Millis | None
    clock_frozen_at: Millis | None  # sandbox clock standing still at this instant
    clock_offset_ms: int  # sandbox clock running ahead of (or behind) real time
    catalogue_version: int  # another one with every change of branches, services, resources
    document: str  # JSON: title, locales, settings as the account file has them
    revoked_before: Millis  # what was issued before this instant is revoked
    tells_who: bool = False  # a webhook of it is told who booked

    @property
    def content(self) -> Mapping[str, Any]:
        """`{"title", "locales", "settings"}`; without settings that are younger than the row."""
        return _content(self.document)

    def now(self, real_now: Millis) -> Millis:
        """The account's own time: a sandbox clock where one is set, else real time."""
        if self.clock_frozen_at is not None:
            return self.clock_frozen_at
        return real_now + self.clock_offset_ms


@lru_cache(maxsize=1024)
def _content(document: str) -> Mapping[str, Any]:
    return json.loads(document)  # type: ignore[no-any-return]


COLUMNS = (
    "id, name, sandbox, suspended_at, clock_frozen_at, clock_offset_ms, catalogue_version, "
    "document, revoked_before, tells_who"
)


def account_of(row: tuple[Any, ...]) -> Account:
    """The account of a row selected by `COLUMNS`."""
    return Account(*[*row[:2], bool(row[2]), *row[3:-1], bool(row[-1])])
