"""Feeds: what is in the window, who may make one, and that a token is good for one thing."""

import pytest

from openslot.kernel.actor import Actor, InsufficientScope
from openslot.kernel.errors import NotFound
from openslot.kernel.ids import new_id
from openslot.kernel.scopes import ADMIN_WRITE, PRIVACY_MANAGE
from openslot.scheduling.feeds import feeds
from openslot.scheduling.feeds.feeds import FeedReading
from openslot.scheduling.model.feeds.feed import Feed, FeedContent
from openslot.scheduling.store import feeds as store
from openslot.storage.journal import audit
from openslot.storage.statements import AccountStatement
from openslot.storage.transactions import AccountTx

from .office import HOUR_MS, NOW, Office, at

DAY_MS = 24 * HOUR_MS


def administrator(office: Office, *more: str) -> Actor:
    """Somebody who may make feeds."""
    return Actor(office.account_id, "user", "boss", frozenset({ADMIN_WRITE, *more}))


def content(office: Office, resource: str | None = None, detail: str = "service") -> FeedContent:
    """A feed of the branch, or of a resource."""
    if resource is not None:
        return FeedContent(None, office.ids["resource", resource], detail, "en_US")
    return FeedContent(office.ids["branch", "centre"], None, detail, "en_US")


def made(office: Office, resource: str | None = None) -> tuple[Feed, str]:
    """A feed and its token."""
    return office.do(feeds.create, administrator(office), content(office, resource))


def read(office: Office, token: str) -> FeedReading:
    """What is in a feed."""
    return office.do(feeds.read, token)


def ids(office: Office, token: str) -> list[str]:
    """Whose appointments are in it."""
    return [one.appointment.id for one in read(office, token).revisions]


def test_it_has_what_is_near(acme: Office) -> None:
    _, token = made(acme)
    first, second, third = acme.book("09:00"), acme.book(at("10:00", 1)), acme.book("10:00")
    cancelled = acme.book("11:00")
    acme.cancel(cancelled)
    assert ids(acme, token) == [first.id, third.id, second.id]
    acme.now(NOW + 30 * DAY_MS)
    assert ids(acme, token) == [first.id, third.id, second.id]
    acme.now(NOW + 31 * DAY_MS)
    assert ids(acme, token) == [second.id]


@pytest.mark.parametrize(("day", "is_in"), [(180, True), (181, False)])
def test_the_last_date_is_whole(acme: Office, day: int, is_in: bool) -> None:
    """In days of the branch, across the change to summer time."""
    summer = at("16:30", day) - 60
    booked = acme.book(summer)
    _, token = made(acme)
    assert (booked.id in ids(acme, token)) == is_in


def test_a_resource_has_its_own(acme: Office) -> None:
    mine = acme.book("10:00", resource="desk-1")
    acme.book("10:00", resource="desk-2")
    _, token = made(acme, "desk-1")
    assert ids(acme, token) == [mine.id]


def test_its_token_is_shown_once_and_stored_as_a_digest(acme: Office) -> None:
    feed, token = made(acme)
    assert len(token) == 43
    with acme.town.raw() as raw:
        rows = raw.execute("SELECT * FROM feeds").fetchall()
    assert token not in str(rows)
    assert acme.do(feeds.by_id, feed.id) == feed


def test_a_token_that_was_replaced_is_dead(acme: Office, globex: Office) -> None:
    feed, old = made(acme)
    rotated, new = acme.do(feeds.rotate, administrator(acme), feed)
    assert (rotated.version, rotated.content) == (2, feed.content)
    assert read(acme, new).feed == rotated
    with pytest.raises(NotFound):
        read(acme, old)
    with pytest.raises(NotFound):
        read(globex, new)
    acme.do(feeds.revoke, administrator(acme), feed)
    with pytest.raises(NotFound):
        read(acme, new)
    with pytest.raises(NotFound):
        acme.do(feeds.by_id, feed.id)
    types = [entry.type for entry in acme.do(audit.events, audit.AuditFilter(), 10)]
    assert types[:3] == ["feed.revoked", "feed.rotated", "feed.created"]


def test_who_comes_is_given_away_by_those_alone_who_may(acme: Office) -> None:
    full = content(acme, detail="full")
    with pytest.raises(InsufficientScope):
        acme.do(feeds.create, administrator(acme), full)
    feed, _ = acme.do(feeds.create, administrator(acme, PRIVACY_MANAGE), full)
    with pytest.raises(InsufficientScope):
        acme.do(feeds.rotate, administrator(acme), feed)


def test_another_accounts_branch_is_not_there(acme: Office, globex: Office) -> None:
    for wanted in (content(globex), content(globex, "desk-1"), FeedContent(None, new_id(), "", "")):
        with pytest.raises(NotFound):
            acme.do(feeds.create, administrator(acme), wanted)


def test_that_it_was_read_is_noted_once_a_minute(acme: Office) -> None:
    feed, token = made(acme)
    assert not read(acme, token).is_noted
    acme.do(feeds.note_read, feed.id)
    assert acme.do(feeds.by_id, feed.id).last_read_at == NOW
    acme.now(NOW + 59_999)
    assert read(acme, token).is_noted
    acme.now(NOW + 60_000)
    assert not read(acme, token).is_noted


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_window_alone_is_looked_at(acme: Office) -> None:
    """However long the history: starts are found in an index, each appointment by its key."""

    def plan(tx: AccountTx) -> list[str]:
        explaining = AccountStatement(f"EXPLAIN QUERY PLAN {store._APPOINTMENTS}")
        wanted = {"part_id": "", "first": 0, "last": 1}
        return [row[3] for row in tx.all(explaining, **wanted)]

    searches = [step for step in acme.do(plan) if not step.startswith("USE TEMP B-TREE")]
    assert searches == [
        "SEARCH p USING PRIMARY KEY (account_id=? AND part_id=? AND status=? AND start_minute>?"
        " AND start_minute<?)",
        "SEARCH a USING PRIMARY KEY (account_id=? AND id=?)",
    ]
