"""What those are called who did something."""

import pytest

from openslot.identity.clients.built_in import booking_page_client
from openslot.identity.people.actor_names import names_of_actors

from .world import World

pytestmark = pytest.mark.anyio


async def test_the_booking_page_has_a_name_though_it_is_in_no_table(world: World) -> None:
    page = booking_page_client(world.acme.id).client_id
    actors = [("client", page), ("client", world.website.client_id), ("client", "unknown")]
    names = await world.app.database.read(world.acme.id, names_of_actors, actors)
    assert names == {
        ("client", page): "Booking page",
        ("client", world.website.client_id): world.website.name,
    }
