"""What those are called who did something; at rest there are their ids alone."""

from collections.abc import Iterable, Mapping

from openslot.identity.clients.built_in import booking_page_client
from openslot.identity.store import clients, users
from openslot.storage.transactions import AccountTx


def names_of_actors(
    tx: AccountTx, actors: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], str]:
    """The names of users and clients among some actors, each a kind and an id.

    Who was deleted has none, and neither has an actor of another kind.
    """
    wanted = set(actors)
    named = {
        "user": users.names(tx, [id_ for kind, id_ in wanted if kind == "user"]),
        "client": clients.names(tx, [id_ for kind, id_ in wanted if kind == "client"]),
    }
    built_in = booking_page_client(tx.account.id)  # which is in no table
    if ("client", built_in.client_id) in wanted:
        named["client"] = {**named["client"], built_in.client_id: built_in.name}
    return {(kind, id_): name for kind, names in named.items() for id_, name in names.items()}
