"""Tokens that are not ours, or not any more ours after a change: every one is refused.

By the reader alone; what the API and introspection say to them is in tests/web.
"""

import pytest

from openslot.identity.tokens.access_tokens import InvalidToken

from .forger import Forger
from .forgeries import FORGERIES, GOOD
from .world import NOW, World

pytestmark = pytest.mark.anyio


def forger_of(world: World) -> Forger:
    """A forger with a token of the website."""
    return Forger(world.app.keys, world.token(NOW), NOW)


async def test_the_forger_can_make_a_good_token(world: World) -> None:
    """So that what is refused below is not refused for a fault of the forger's."""
    forger = forger_of(world)
    for name, make in GOOD.items():
        claims = world.reader().read(make(forger), NOW)
        assert claims.client_id == world.website.client_id, name


async def test_no_forgery_is_taken(world: World) -> None:
    """Not by a fresh reader nor by one that knows the good token; and none is remembered."""
    forger, used = forger_of(world), world.reader(most=1000)
    used.read(forger.good, NOW)
    assert len(FORGERIES) >= 60
    taken = []
    for name, forge in FORGERIES.items():
        token = forge(forger)
        assert token != forger.good, name
        for reader in (world.reader(), used, used):
            try:
                reader.read(token, NOW)
            except InvalidToken:
                continue
            taken.append(name)
    assert taken == []
    assert len(used._verified) == 1


@pytest.mark.parametrize("name", ["iat", "nbf"])
async def test_a_clock_may_be_ahead_by_half_a_minute(world: World, name: str) -> None:
    """And not by a second more."""
    forger = forger_of(world)
    latest = NOW // 1000 + 30
    world.reader().read(forger.with_claims(**{name: latest}), NOW)
    with pytest.raises(InvalidToken):
        world.reader().read(forger.with_claims(**{name: latest + 1}), NOW)


async def test_no_single_changed_character_is_taken(world: World) -> None:
    """Every character of a token matters."""
    good = world.token(NOW)
    reader = world.reader()
    for position in range(0, len(good), 7):
        for character in (b"A", b"B", b"-"):
            changed = good[:position] + character + good[position + 1 :]
            if changed != good:
                with pytest.raises(InvalidToken):
                    reader.read(changed, NOW)
