"""The client that every account has: its booking page, which acts for people without a program.

It is in no table: everything about it follows from the account. It holds no secret and gets no
token; what it does is done by this server itself.
"""

from uuid import UUID

from openslot.identity.clients.secrets import client_id_of
from openslot.identity.model.client import BOOKING_PAGE, PUBLIC, Client
from openslot.kernel.errors import Conflict
from openslot.kernel.ids import named_id
from openslot.kernel.scopes import BOOK, CANCEL, RESCHEDULE


class ClientBuiltIn(Conflict):
    """It belongs to the account's booking page, which is switched on and off by the account."""

    code = "client_built_in"
    title = "The client is built in and cannot be changed"


def booking_page_client(account_id: str) -> Client:
    """The client of an account's booking page."""
    id_ = named_id(account_id, "client of the booking page")
    return Client(
        id=id_,
        client_id=client_id_of(UUID(id_).int),
        key=BOOKING_PAGE,
        name="Booking page",
        active=True,
        revoked_before=0,
        version=1,
        grants=(),
        scopes=(BOOK, RESCHEDULE, CANCEL),
        redirect_uris=(),
        auth_method=PUBLIC,
        jwks=None,
    )


def is_built_in(client: Client) -> bool:
    """Whether it is the booking page's."""
    return client.key == BOOKING_PAGE


def check_changeable(client: Client) -> None:
    """Passes for a client that somebody made.

    Raises:
        ClientBuiltIn: it is the booking page's.
    """
    if is_built_in(client):
        raise ClientBuiltIn
