"""What would have left a sandbox account: nothing does, and integrators look at it here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from openslot.delivery.model.sandbox_delivery import SandboxDelivery, SandboxFilter
from openslot.delivery.store import sandbox_deliveries as store
from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.kernel.page import Page, read_page
from openslot.storage.transactions import AccountTx

EMAIL, SMS, WEBHOOK = CHANNELS = ("email", "sms", "webhook")
RETENTION_MS = 30 * 86_400_000
_MOST_STORED = 10_000


def record(
    tx: AccountTx,
    id_: str,
    kind: str,
    channel: str,
    booking_id: str,
    content: Mapping[str, Any],
) -> None:
    """Notes what would have left; `content` has what the channel has of it."""
    store.insert(tx, id_, kind, channel, booking_id, content)
    delete_expired(tx)


def delete_expired(tx: AccountTx) -> int:
    """Removes what was recorded 30 days ago, and all but the last 10,000; returns how many."""
    return store.delete_expired(tx, tx.now - RETENTION_MS, _MOST_STORED)


def forget(tx: AccountTx, booking_ids: Sequence[str]) -> None:
    """Removes what tells of people who were erased."""
    store.delete_of_bookings(tx, booking_ids)


def page(tx: AccountTx, _: Actor, wanted: SandboxFilter) -> Page[SandboxDelivery]:
    """So much of it, in the order of leaving.

    Raises:
        NotFound: the account is no sandbox.
    """
    _check(tx)
    wanted = replace(wanted, since=tx.now - RETENTION_MS)
    return read_page(wanted.limit, lambda most: store.page(tx, wanted, most))


def clear(tx: AccountTx, _: Actor, _nothing: None) -> None:
    """Empties the list.

    Raises:
        NotFound: the account is no sandbox.
    """
    _check(tx)
    store.delete_all(tx)


def _check(tx: AccountTx) -> None:
    if not tx.account.sandbox:
        raise NotFound("There is nothing at this address")
