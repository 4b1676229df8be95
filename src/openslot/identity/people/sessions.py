"""Sessions of users on the pages: what the cookie holds, and how long it counts.

The cookie holds 256 random bits and nothing else; at rest there is their SHA-256 alone, so that
whoever reads the database can sign in as nobody. A session ends 12 hours after the sign-in, or
after an hour without use (NIST SP 800-63B §4.2.3, reauthentication at AAL2).
"""

import hashlib
import secrets
from collections.abc import Mapping

from openslot.identity.model.session import Session
from openslot.identity.model.user import User
from openslot.identity.store import sessions
from openslot.kernel.clock import MINUTE_MS, Millis, now_ms
from openslot.storage.transactions import AccountTx, Database

LIFETIME_MS = 12 * 60 * MINUTE_MS
IDLE_MS = 60 * MINUTE_MS
_USE_NOTED_LATE_MS = MINUTE_MS  # a page that is read does not become a write each time
_TOKEN_BYTES = 32
_MOST_SHOWN = 20


def start(tx: AccountTx, user: User) -> str:
    """Begins a session; returns the text for the cookie, which is stored nowhere."""
    text = secrets.token_urlsafe(_TOKEN_BYTES)
    sessions.insert(tx, _digest_of(text), user.id, tx.real_now + LIFETIME_MS)
    return text


def find(tx: AccountTx, text: str) -> Session | None:
    """The session of a cookie's text, if it is not over and its user and account are active.

    In a transaction that writes the use is noted, up to a minute late.
    """
    digest = _digest_of(text)
    session = sessions.find(tx, digest, tx.real_now - IDLE_MS)
    if session is None or tx.account.suspended_at is not None:
        return None
    if tx.writes and _use_is_old(session, tx.real_now):
        sessions.mark_used(tx, digest)
    return session


async def look_up(database: Database, account_id: str, text: str) -> Session | None:
    """As `find`, for a page that only reads: it writes once a minute and session."""
    session = await database.read(account_id, find, text)
    if session is not None and _use_is_old(session, now_ms()):
        return await database.write(account_id, find, text)
    return session


async def peek(database: Database, account_id: str, text: str) -> Session | None:
    """As `look_up`, for what an open page asks by itself: that is no use of the session."""
    return await database.read(account_id, find, text)


def of_user(tx: AccountTx, user_id: str) -> list[tuple[bytes, Millis, Millis]]:
    """Digest, sign-in and last use of a user's live sessions, the newest first, 20 at most."""
    return sessions.of_user(tx, user_id, tx.real_now - IDLE_MS, _MOST_SHOWN)


def live_roles(tx: AccountTx) -> Mapping[bytes, str]:
    """The role of the user of each live session of the account, by the session's digest."""
    if tx.account.suspended_at is not None:
        return {}
    return sessions.roles(tx, tx.real_now - IDLE_MS)


def end_others(tx: AccountTx, session: Session) -> None:
    """Signs a user out everywhere but here."""
    sessions.delete_others(tx, session.user.id, session.digest)


def end(tx: AccountTx, session: Session) -> None:
    """Signs out of one browser."""
    sessions.delete(tx, session.digest)


def _use_is_old(session: Session, now: Millis) -> bool:
    """Whether its use is to be noted again."""
    return session.last_used_at <= now - _USE_NOTED_LATE_MS


def _digest_of(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
