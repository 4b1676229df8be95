"""`record`: what happened to an appointment is written with the transaction that did it.

History, the list of events and the outbox get it here, and nowhere else: so every version of an
appointment has one line of history and one event, by whatever way it came about.
"""

from collections.abc import Sequence

from openslot.kernel.actor import Actor
from openslot.scheduling.model.events import (
    RESERVATION_EXPIRED,
    AppointmentEvent,
    event_data,
    expiry_data,
)
from openslot.scheduling.model.reservation import Reservation
from openslot.scheduling.store import history
from openslot.storage.journal import events
from openslot.storage.transactions import AccountTx


def record(tx: AccountTx, actor: Actor, event: AppointmentEvent) -> None:
    """Writes the history and the event of the version that `event.appointment` has reached."""
    appointment = event.appointment
    id_, version = appointment.id, appointment.version
    history.append(tx, actor, id_, version, event.change, event.old, event.new)
    # A first version has been neither moved nor cancelled.
    sequence = history.calendar_sequence(tx, id_) if version > 1 else 0
    data = event_data(event, (actor.kind, actor.id), sequence)
    events.append(tx, event.type, id_, version, data)


def record_expiry(tx: AccountTx, actor: Actor, reservation: Reservation, time_zone: str) -> None:
    """Writes the event of a reservation that was found to have expired; it has no history."""
    data = expiry_data(reservation, (actor.kind, actor.id), time_zone)
    events.append(tx, RESERVATION_EXPIRED, reservation.id, 0, data)


def record_each(tx: AccountTx, actor: Actor, of_many: Sequence[AppointmentEvent]) -> None:
    """As `record`, for events of many appointments, one of each."""
    history.append_each(
        tx,
        actor,
        [(e.appointment.id, e.appointment.version, e.change, e.old, e.new) for e in of_many],
    )
    sequences = history.calendar_sequences(tx, [e.appointment.id for e in of_many])
    by = actor.kind, actor.id
    events.append_each(
        tx,
        [
            (
                event.type,
                event.appointment.id,
                event.appointment.version,
                event_data(event, by, sequences.get(event.appointment.id, 0)),
            )
            for event in of_many
        ],
    )
