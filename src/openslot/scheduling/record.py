"""`record`: what happened to an appointment is written with the transaction that did it.

History, the list of events and the outbox get it here, and nowhere else: so every version of an
appointment has one line of history and one event, by whatever way it came about.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from openslot.kernel.actor import Actor
from openslot.scheduling.model.events import (
    RESERVATION_EXPIRED,
    AppointmentEvent,
)
from openslot.scheduling.model.placement import Placement
from openslot.scheduling.model.reservation import EXPIRED, Reservation
from openslot.scheduling.store import history
from openslot.storage.journal import events
from openslot.storage.journal.events import NewEvent
from openslot.storage.transactions import AccountTx


def record(tx: AccountTx, actor: Actor, event: AppointmentEvent) -> None:
    """Writes the history and the event of the version that `event.appointment` has reached."""
    appointment = event.appointment
    id_, version = appointment.id, appointment.version
    history.append(tx, actor, id_, version, event.change, event.old, event.new)
    # A first version has been neither moved nor cancelled.
    sequence = history.calendar_sequence(tx, id_) if version > 1 else 0
    data = _event_data(event, actor, sequence)
    events.append(tx, NewEvent(event.type, id_, version, data, _who(tx, event)))


def record_expiry(tx: AccountTx, actor: Actor, reservation: Reservation, time_zone: str) -> None:
    """Writes the event of a reservation that was found to have expired; it has no history."""
    data = _expiry_data(reservation, actor, time_zone)
    events.append(tx, NewEvent(RESERVATION_EXPIRED, reservation.id, 0, data))


def record_each(tx: AccountTx, actor: Actor, of_many: Sequence[AppointmentEvent]) -> None:
    """As `record`, for events of many appointments, one of each."""
    history.append_each(
        tx,
        actor,
        [(e.appointment.id, e.appointment.version, e.change, e.old, e.new) for e in of_many],
    )
    sequences = history.calendar_sequences(tx, [e.appointment.id for e in of_many])
    events.append_each(
        tx,
        [
            NewEvent(
                event.type,
                event.appointment.id,
                event.appointment.version,
                _event_data(event, actor, sequences.get(event.appointment.id, 0)),
                _who(tx, event),
            )
            for event in of_many
        ],
    )


def _who(tx: AccountTx, event: AppointmentEvent) -> Mapping[str, Any] | None:
    """Who comes, where somebody outside is told; None: nobody is, or it was erased."""
    return event.appointment.customer if tx.account.tells_who else None


def _event_data(event: AppointmentEvent, actor: Actor, sequence: int) -> dict[str, Any]:
    """What is stored of an event: how things stand after it, and what was before.

    `sequence` is the revision of the calendar object (RFC 5545
    §3.8.7.4): 0, and one more with every move and cancellation. Times are minutes since 1970.
    """
    appointment = event.appointment
    return {
        "status": appointment.status,
        **_placement_data(appointment.placement),
        "time_zone": appointment.time_zone,
        "sequence": sequence,
        "actor": [actor.kind, actor.id],
        "side": actor.side,
        **({} if actor.notifies else {"notified": False}),
        "previous": dict(event.previous),
        "changed": list(event.changed),
    }


def _expiry_data(reservation: Reservation, actor: Actor, time_zone: str) -> dict[str, Any]:
    """What is stored of an expiry, as `_event_data` has it of an appointment."""
    placement = reservation.placement
    return {
        "status": EXPIRED,
        **_placement_data(placement),
        "time_zone": time_zone,
        "actor": [actor.kind, actor.id],
        "previous": {},
        "changed": [],
    }


def _placement_data(placement: Placement) -> dict[str, Any]:
    return {
        "branch_id": placement.branch_id,
        "service_ids": list(placement.service_ids),
        "resource_ids": list(placement.resource_ids),
        "party": placement.party,
        "start": placement.start,
        "end": placement.end,
    }
