"""Feeds of an account: made, given another token, revoked, and read by whoever has the token.

A token is 256 random bits in the address, shown once and stored as a digest.
Source: the contract's section on calendar feeds.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import PRIVACY_MANAGE
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.catalogue import Branch, Resource
from openslot.scheduling.model.feeds.feed import DAYS_AFTER, DAYS_BEFORE, FULL, Feed, FeedContent
from openslot.scheduling.model.zones import day_bounds, today_at
from openslot.scheduling.store import feeds as store
from openslot.scheduling.store import history
from openslot.scheduling.views.calendar_objects import AppointmentRevision
from openslot.storage.journal import audit
from openslot.storage.transactions import AccountTx, SystemTx

_BYTES = 32
_NOTED_AFTER_MS = 60_000  # so that reading a feed rarely writes


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What is in a feed now."""

    feed: Feed
    branch_id: str  # where the appointments are
    revisions: list[AppointmentRevision]  # by start
    is_noted: bool  # whether it was written down not long ago that the feed was read


def by_id(tx: AccountTx, id_: str) -> Feed:
    """The feed with this id.

    Raises:
        NotFound: the account has none.
    """
    found = store.by_id(tx, id_)
    if found is None:
        raise NotFound("There is no such feed")
    return found


def create(tx: AccountTx, actor: Actor, content: FeedContent) -> tuple[Feed, str]:
    """Makes a feed; returns it with its token, which is shown once.

    Raises:
        InsufficientScope: it shows who comes, and the actor may not give that away.
        NotFound: there is no such branch or resource.
    """
    _check_detail(actor, content)
    key_of(tx, content)
    id_, token = new_id(), _new_token()
    store.insert(tx, id_, content, _digest_of(token))
    audit.record(tx, "feed.created", actor, feed=id_, detail=content.detail)
    return by_id(tx, id_), token


def rotate(tx: AccountTx, actor: Actor, feed: Feed) -> tuple[Feed, str]:
    """Gives a feed another token, and returns it; the old one is dead at once.

    Raises:
        InsufficientScope: as `create`.
    """
    _check_detail(actor, feed.content)
    token = _new_token()
    store.rotate(tx, feed.id, _digest_of(token))
    audit.record(tx, "feed.rotated", actor, feed=feed.id)
    return by_id(tx, feed.id), token


def revoke(tx: AccountTx, actor: Actor, feed: Feed) -> None:
    """Ends a feed."""
    store.delete(tx, feed.id)
    audit.record(tx, "feed.revoked", actor, feed=feed.id)


def key_of(tx: AccountTx, content: FeedContent) -> str:
    """The key of the branch or resource that a feed is of.

    Raises:
        NotFound: it is not there.
    """
    of_account = current_catalogue(tx)
    found: Branch | Resource | None
    if content.branch_id is not None:
        found = of_account.branches.get(content.branch_id)
    else:
        found = of_account.resources.get(content.part_id)
    if found is None:
        raise NotFound("There is no such branch or resource")
    return found.key


def owner_of(tx: SystemTx, token: str) -> str:
    """The id of the account whose feed has a token.

    Raises:
        NotFound: nobody's has, or the account is suspended.
    """
    account_id = store.owner(tx, _digest_of(token))
    if account_id is None:
        raise NotFound("There is no such feed")
    return account_id


def read(tx: AccountTx, token: str) -> FeedReading:
    """What is in the feed with a token: a window around today, whatever the history.

    Raises:
        NotFound: the token is not valid any more, or what the feed is of is gone.
    """
    feed = store.by_digest(tx, _digest_of(token))
    if feed is None:
        raise NotFound("There is no such feed")
    branch = _branch_of(tx, feed.content)
    today, zone = today_at(tx.now, branch.zone), branch.zone
    first, _ = day_bounds(today - timedelta(days=DAYS_BEFORE), zone)
    _, last = day_bounds(today + timedelta(days=DAYS_AFTER), zone)
    found = store.appointments(tx, feed.content.part_id, first, last)
    sequences = history.calendar_sequences(tx, [one.id for one in found])
    # A feed shows notes too, so whatever changed is a revision of what it shows.
    revisions = [AppointmentRevision(o, sequences.get(o.id, 0), o.updated_at) for o in found]
    noted_at = feed.last_read_at
    is_noted = noted_at is not None and abs(tx.now - noted_at) < _NOTED_AFTER_MS
    return FeedReading(feed, branch.id, revisions, is_noted)


def addresses(tx: SystemTx) -> list[tuple[str, str, bytes]]:
    """Account, id, and what tells one address from a later one, of every feed."""
    return store.every(tx)


def note_read(tx: AccountTx, feed_id: str) -> None:
    """Writes down that a feed was read now."""
    store.note_read(tx, feed_id)


def _branch_of(tx: AccountTx, content: FeedContent) -> Branch:
    of_account = current_catalogue(tx)
    key_of(tx, content)
    if content.branch_id is not None:
        return of_account.branches[content.branch_id]
    resource = of_account.resources[content.part_id]
    return of_account.branches_by_key[resource.branch_key]


def _check_detail(actor: Actor, content: FeedContent) -> None:
    """What hands people's data to a third place permanently needs a scope of its own."""
    if content.detail == FULL:
        actor.require(PRIVACY_MANAGE)


def _new_token() -> str:
    return secrets.token_urlsafe(_BYTES)


def _digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
