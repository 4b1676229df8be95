"""What happens in the accounts that somebody follows, read twice a second and told to each page.

Whoever made a change, it is read from the database: another process or another server does not
differ. An account is read once for all its open pages, and not at all while there are none.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import structlog

from openslot.identity.people import sessions
from openslot.kernel.clock import Minute
from openslot.kernel.errors import OpenslotError
from openslot.scheduling.views import day_changes
from openslot.scheduling.views.day_changes import BranchStart, StartChanges
from openslot.storage.transactions import AccountTx, Database
from openslot.web.console.today.live.follower import Follower

_PAUSE_SECONDS = 0.5
_Marked = Collection[tuple[str, BranchStart]]


@dataclass(frozen=True, slots=True)
class _Look:
    """What one reading of an account has found."""

    roles: Mapping[bytes, str]  # by the digest of the session
    changed: StartChanges
    conflicted: _Marked


@dataclass(slots=True)
class _Followed:
    """An account, and the pages that follow it."""

    followers: set[Follower] = field(default_factory=set)


class ChangeWatch:
    """The open pages of one process."""

    def __init__(self, database: Database) -> None:
        """It reads only while somebody follows."""
        self._database = database
        self._accounts: dict[str, _Followed] = {}
        self._reading: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("openslot.web")

    def follow(self, account_id: str, follower: Follower) -> None:
        """From now on it is told of changes, until it has ended or its session has."""
        self._accounts.setdefault(account_id, _Followed()).followers.add(follower)
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_on())

    async def _read_on(self) -> None:
        while self._accounts:
            await asyncio.sleep(_PAUSE_SECONDS)
            for account_id, followed in list(self._accounts.items()):
                followed.followers = {one for one in followed.followers if not one.has_ended}
                if followed.followers:
                    await self._read(account_id, followed)
                else:
                    del self._accounts[account_id]

    async def _read(self, account_id: str, followed: _Followed) -> None:
        """Reads one account; who cannot be told what is true now is told nothing more."""
        followers = tuple(followed.followers)
        try:
            look = await self._database.read(
                account_id,
                _look,
                min(one.position for one in followers),
                min(one.day.first for one in followers),
                max(one.day.last for one in followers),
            )
        except Exception as error:
            if not isinstance(error, OpenslotError):
                self._log.error("open pages are no longer told", exc_info=error)
            for follower in followers:
                follower.end()
            return
        for follower in followers:
            _tell(follower, look)


def _look(tx: AccountTx, position: int, first: Minute, last: Minute) -> _Look:
    return _Look(
        sessions.live_roles(tx),
        day_changes.changes_after(tx, position),
        day_changes.conflicted_between(tx, first, last),
    )


def _tell(follower: Follower, look: _Look) -> None:
    if look.roles.get(follower.session_digest) != follower.role:
        follower.end()
        return
    follower.tell(
        (change.appointment_id, change.version)
        for change in look.changed.changes
        if change.position > follower.position and change.is_of(follower.day)
    )
    follower.tell_marks(id_ for id_, start in look.conflicted if follower.day.has(start))
    follower.position = max(follower.position, look.changed.position)
