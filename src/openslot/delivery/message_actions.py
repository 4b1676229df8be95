"""What staff can do with the messages of an appointment."""

from dataclasses import dataclass

from openslot.delivery.messages import resending
from openslot.delivery.model.message import Message
from openslot.kernel.actor import Actor
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.storage.action import Action, Runs
from openslot.storage.collection import Replay
from openslot.storage.transactions import AccountTx

_STAFF = (APPOINTMENTS_MANAGE,)


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """A message of an appointment."""

    appointment_id: str
    message_id: str
    replay: Replay


def _list(tx: AccountTx, _: Actor, appointment_id: str) -> list[Message]:
    return resending.of_appointment(tx, appointment_id)


def _resend(tx: AccountTx, _: Actor, place: MessagePlace) -> Message:
    place.replay(tx)
    return resending.resend(tx, place.appointment_id, place.message_id)


LIST_MESSAGES: Action[str, list[Message]] = Action("list messages", _STAFF, _list)
RESEND_MESSAGE: Action[MessagePlace, Message] = Action(
    "resend message", _STAFF, _resend, Runs.WRITE
)
