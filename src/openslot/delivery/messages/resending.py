"""A message sent once more, as the appointment and its customer are now."""

from collections.abc import Sequence
from dataclasses import replace

from openslot.delivery.messages.planning import language_of, recipients_of, state_of
from openslot.delivery.model.message import QUEUED, Message, NoRecipient
from openslot.delivery.model.message_kinds import CANCELLED as CANCELLED_KIND
from openslot.delivery.model.message_kinds import REMINDER
from openslot.delivery.store import messages as store
from openslot.kernel.clock import MINUTE_MS
from openslot.kernel.errors import Conflict, NotFound
from openslot.kernel.ids import new_id
from openslot.scheduling.booking import appointments
from openslot.scheduling.model.appointment import CANCELLED, CONFIRMED, Appointment
from openslot.scheduling.model.errors import WrongState
from openslot.storage.transactions import AccountTx

_GIVEN_UP_AFTER_MS = 3 * 86_400_000


def of_appointment(tx: AccountTx, appointment_id: str) -> list[Message]:
    """The messages of an appointment, the oldest first, with what is planned.

    Raises:
        NotFound: there is no such appointment.
    """
    appointments.get(tx, appointment_id)
    return store.of_bookings(tx, [appointment_id])


def of_appointments(tx: AccountTx, appointment_ids: Sequence[str]) -> dict[str, list[Message]]:
    """The messages of several appointments."""
    found: dict[str, list[Message]] = {id_: [] for id_ in appointment_ids}
    for message in store.of_bookings(tx, appointment_ids):
        found[message.booking_id].append(message)
    return found


def is_resendable(tx: AccountTx, appointment: Appointment, message: Message) -> bool:
    """Whether `resend` would send it again now."""
    return _refusal(tx, appointment, message) is None


def resend(tx: AccountTx, appointment_id: str, message_id: str) -> Message:
    """A new message of the same kind and channel, due at once.

    Raises:
        NotFound: there is no such appointment, or no such message of it.
        WrongState: the appointment is over, or not as this kind of message says.
        NoRecipient: the customer has no address for the channel.
    """
    appointment = appointments.get(tx, appointment_id)
    message = store.by_id(tx, message_id)
    if message is None or message.booking_id != appointment_id:
        raise NotFound("There is no such message of the appointment")
    refusal = _refusal(tx, appointment, message)
    if refusal is not None:
        raise refusal
    state = state_of(appointment)
    again = replace(
        message,
        id=new_id(),
        recipient=recipients_of(appointment)[message.channel],
        language=language_of(tx, appointment),
        status=QUEUED,
        detail=None,
        at=tx.now,
        due_at=tx.now,
        planned_at=tx.now,
        until=min(tx.now + _GIVEN_UP_AFTER_MS, state.end * MINUTE_MS),
        attempts=0,
        leased_until=None,
        rule="",
        resent=True,
        state=state,
        created_at=tx.now,
    )
    store.insert_each(tx, [again])
    return again


def _refusal(tx: AccountTx, appointment: Appointment, message: Message) -> Conflict | None:
    """Why a message of an appointment cannot be sent again; None: it can."""
    state = state_of(appointment)
    over_at = (state.start if message.kind == REMINDER else state.end) * MINUTE_MS
    wanted = CANCELLED if message.kind == CANCELLED_KIND else CONFIRMED
    if state.status != wanted or tx.now >= over_at:
        return WrongState(state.status)
    return None if recipients_of(appointment).get(message.channel) else NoRecipient("")
