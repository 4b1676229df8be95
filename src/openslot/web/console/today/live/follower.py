"""One open page that follows a day: what it has been told, and what it is to be told next."""

import asyncio
from collections.abc import Iterable

from openslot.scheduling.views.day_changes import FollowedDay
from openslot.web.http.event_stream import event

HEARTBEAT_SECONDS = 10.0
_HEARTBEAT = event({}, "heartbeat")


class Follower:
    """The source of one stream."""

    def __init__(self, day: FollowedDay, position: int, session_digest: bytes, role: str) -> None:
        """It is told what happened after `position`, while the session has that role."""
        self.day = day
        self.position = position
        self.session_digest = session_digest
        self.role = role
        # Ids of appointments in the order of their changes, with the version that each has now;
        # None: what is shown of it has changed otherwise.
        self._changed: dict[str, int | None] = {}
        self._marked: frozenset[str] | None = None  # as it was told last; None: not yet
        self._woken = asyncio.Event()
        self._has_begun = False
        self._has_ended = False

    @property
    def has_ended(self) -> bool:
        """Whether nobody listens any more, or may."""
        return self._has_ended

    def tell(self, changes: Iterable[tuple[str, int | None]]) -> None:
        """These have changed, to a version or otherwise.

        One that changes twice before it is sent is sent once.
        """
        for id_, version in changes:
            known = self._changed.get(id_, 0)
            self._changed[id_] = None if known is None else version
        if self._changed:
            self._woken.set()

    def tell_marks(self, ids: Iterable[str]) -> None:
        """These are marked now. No event says so, and none tells what the page was made with.

        So the first time it is told of all of them: one may be marked since the page was made.
        """
        before, self._marked = self._marked or frozenset(), frozenset(ids)
        self.tell((id_, None) for id_ in before ^ self._marked)

    def end(self) -> None:
        """The stream ends."""
        self._has_ended = True
        self._woken.set()

    async def next(self) -> bytes | None:
        """The changes, as soon as there are any, else a heartbeat in time; None: it has ended.

        The first one comes at once: so the page knows that it is live.
        """
        if self._has_begun:
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                return _HEARTBEAT
        elif not self._has_ended:
            self._has_begun = True
            return _HEARTBEAT
        if self._has_ended:
            return None
        self._woken.clear()
        changed, self._changed = self._changed, {}
        return b"".join(map(_change, changed.items()))


def _change(change: tuple[str, int | None]) -> bytes:
    """The version lets a page that has made the change itself ask for nothing."""
    id_, version = change
    return event(
        {"appointmentId": id_} if version is None else {"appointmentId": id_, "version": version}
    )
