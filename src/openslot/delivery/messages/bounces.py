"""Mail that came back: what a mail server reports of it is noted at the message.

Source: the contract's section on mail; RFC 3464.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from openslot.delivery.mail.delivery_reports import DELAYED, FAILED, DeliveryReport
from openslot.delivery.model.message import BOUNCED, SENT, Message
from openslot.delivery.model.message_kinds import EMAIL
from openslot.delivery.store import messages as store
from openslot.kernel.clock import Millis, Minute
from openslot.kernel.errors import NotFound
from openslot.storage.transactions import AccountTx, SystemTx


class NotedReport(NamedTuple):
    """The message that a report is about, as it is since, and whether the report changed it."""

    message: Message
    changed: bool


def note_report(tx: AccountTx, report: DeliveryReport) -> NotedReport:
    """Writes down what a report says of a message. The same report again changes nothing.

    Raises:
        NotFound: the report is about no mail of the account.
    """
    tx.lock("events", ("",))
    message = _reported(tx, report.message_ids)
    if not _may_have_left(message, tx.real_now) or message.recipient is None:
        return NotedReport(message, changed=False)
    noted = message
    if report.action == FAILED:
        noted = replace(
            message,
            status=BOUNCED,
            detail=report.detail,
            at=tx.now,
            due_at=None,
            leased_until=None,
        )
    elif report.action == DELAYED and message.status == SENT:
        noted = replace(message, detail=report.detail)
    if noted != message:
        store.update_each(tx, [noted])
    return NotedReport(noted, changed=noted != message)


def bounced_among(tx: AccountTx, booking_ids: Iterable[str]) -> set[str]:
    """Which of some bookings' customers cannot be reached by mail.

    What was sent to them last came back or was refused permanently.
    """
    return store.undelivered(tx, booking_ids)


def bounced_from(tx: AccountTx, first: Minute) -> set[str]:
    """The bookings with a start at `first` or later whose customers cannot be reached by mail."""
    return bounced_among(tx, store.not_arrived(tx, first))


def account_reported_on(tx: SystemTx, report: DeliveryReport) -> str:
    """The id of the account whose mail a report is about.

    Raises:
        NotFound: it is about no mail of the installation.
    """
    for message_id in report.message_ids:
        found = store.account_of(tx, message_id)
        if found is not None:
            return found
    raise _no_mail()


def _may_have_left(message: Message, real_now: Millis) -> bool:
    """Whether a report can be about it.

    A server may take a mail and not be able to say so: what was tried without an answer, or is
    being tried, did leave if a report of it is back.
    """
    was_tried = message.is_in_hand(real_now) or message.attempts > 0
    return message.status == SENT or (message.is_pending and was_tried)


def _reported(tx: AccountTx, message_ids: Sequence[str]) -> Message:
    for message_id in message_ids:
        message = store.by_id(tx, message_id)
        if message is not None and message.channel == EMAIL:
            return message
    raise _no_mail()


def _no_mail() -> NotFound:
    return NotFound("The report is about no mail that was sent from here")
