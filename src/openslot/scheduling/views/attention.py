"""Appointments to come that somebody must look after."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from openslot.kernel.clock import MINUTE_MS, Minute
from openslot.scheduling.catalogue.current import current_catalogue
from openslot.scheduling.model.appointment import ARRIVED, CONFIRMED, Appointment
from openslot.scheduling.store import appointments, future_appointments
from openslot.storage.transactions import AccountTx

_TO_COME = (CONFIRMED, ARRIVED)


@dataclass(frozen=True, slots=True)
class AttentionLists:
    """Appointments to come, by start and id."""

    stranded: Sequence[Appointment]  # no longer fit
    bounced: Sequence[Appointment]
    unassigned: Sequence[Appointment]  # no longer fit since a resource of them is deactivated


def next_minute(tx: AccountTx) -> Minute:
    """The first minute that has not begun: what starts there or later is still to come."""
    return tx.now // MINUTE_MS + 1


def conflicted_ids(tx: AccountTx) -> set[str]:
    """The ids of the appointments to come that no longer fit."""
    return future_appointments.conflicted_ids(tx, next_minute(tx))


def attention_lists(tx: AccountTx, bounced_ids: Collection[str]) -> AttentionLists:
    """What needs somebody, of the whole account; `bounced_ids` are those with no mail arriving."""
    resources = current_catalogue(tx).resources
    conflicted = _to_come(tx, conflicted_ids(tx))
    unassigned = [
        one
        for one in conflicted
        if any(
            id_ not in resources or not resources[id_].active for id_ in one.placement.resource_ids
        )
    ]
    left = {one.id for one in unassigned}
    return AttentionLists(
        [one for one in conflicted if one.id not in left],
        _to_come(tx, bounced_ids),
        unassigned,
    )


def ids_to_come(tx: AccountTx, ids: Collection[str]) -> set[str]:
    """Which of some appointments are still to come."""
    return {one.id for one in future_appointments.named(tx, next_minute(tx), ids)}


def _to_come(tx: AccountTx, ids: Collection[str]) -> list[Appointment]:
    first = next_minute(tx)
    found = [
        one
        for one in appointments.by_ids(tx, ids)
        if one.status in _TO_COME and one.placement.start >= first
    ]
    return sorted(found, key=lambda one: (one.placement.start, one.id))
