"""How many tokens each client got a day: counted in memory, written together, given out."""

from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from openslot.identity.clients import clients
from openslot.identity.tokens import issued_counts
from openslot.kernel.clock import millis_of
from openslot.kernel.errors import NotFound
from openslot.storage.transactions import AccountTx

from .test_token_endpoint import basic, post
from .world import World

pytestmark = pytest.mark.anyio

TODAY = datetime.now(UTC).date()


async def counted(
    world: World, first: date | None = None, last: date | None = None
) -> dict[date, int]:
    """What is given out of the website's."""

    def read(tx: AccountTx) -> dict[date, int]:
        return issued_counts.per_day(tx, world.website.id, first, last)

    return await world.app.database.read(world.acme.id, read)


def note(world: World, days_ago: int, count: int = 1) -> None:
    """The website got tokens."""
    at = millis_of(datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(days=days_ago))
    for _ in range(count):
        world.app.issued_counts.note(world.acme.id, world.website.client_id, at)


async def test_they_add_up_by_utc_date(world: World) -> None:
    note(world, 0, 2)
    note(world, 3)
    assert await counted(world) == {}
    await world.app.issued_counts.flush()
    note(world, 0, 5)
    await world.app.issued_counts.flush()
    found = await counted(world)
    assert found == {TODAY - timedelta(days=3): 1, TODAY: 7}
    assert list(found) == sorted(found)


async def test_a_range_has_both_its_dates(world: World) -> None:
    for days_ago in (0, 1, 2, 29, 30):
        note(world, days_ago)
    await world.app.issued_counts.flush()
    first, last = TODAY - timedelta(days=2), TODAY - timedelta(days=1)
    assert await counted(world, first, last) == {first: 1, last: 1}
    assert len(await counted(world)) == 4  # of 30 dates
    assert len(await counted(world, TODAY - timedelta(days=300))) == 5


async def test_they_are_kept_for_400_days(world: World) -> None:
    note(world, 401)
    note(world, 400)
    await world.app.issued_counts.flush()
    assert await counted(world, TODAY - timedelta(days=500)) == {TODAY - timedelta(days=400): 1}


async def test_a_client_that_is_gone_leaves_nothing(world: World) -> None:
    """Nor does one that was deleted before its tokens were written."""
    note(world, 0)
    await world.app.issued_counts.flush()
    note(world, 0)

    def remove(tx: AccountTx) -> None:
        client = clients.by_id(tx, world.website.id)
        clients.delete(tx, clients.disable(tx, client))

    await world.app.database.write(world.acme.id, remove)
    await world.app.issued_counts.flush()
    assert not world.app.issued_counts.pending
    with pytest.raises(NotFound):
        await counted(world)


async def test_a_token_is_counted_and_a_refusal_is_not(
    http: httpx.AsyncClient, world: World
) -> None:
    assert (await post(http, world)).status_code == 200
    headers = [("Authorization", basic(world.website.client_id, "wrong"))]
    await post(http, world, headers=headers, without=("Authorization",))
    await world.app.issued_counts.flush()
    assert list((await counted(world)).values()) == [1]
