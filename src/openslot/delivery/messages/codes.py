"""Codes by mail: six digits with which somebody shows that a mail reaches them.

They leave as messages of their own kind, which belong to no appointment and are not stored after
they have left. The digits follow from the code's id and a key of the installation, so that they
stand in no row, log or backup.
"""

import hashlib
import hmac
from dataclasses import dataclass

from openslot.delivery.messages.consequences import dropped
from openslot.delivery.model.message import QUEUED, TOO_LATE, Message, ToldState
from openslot.delivery.model.message_kinds import CODE, EMAIL
from openslot.delivery.store import messages as store
from openslot.delivery.texts.account_messages import account_messages
from openslot.delivery.texts.code_texts import CodeFacts
from openslot.delivery.texts.locales import locale_of_text
from openslot.kernel.clock import Millis
from openslot.kernel.ids import new_id
from openslot.kernel.localized_text import text_in
from openslot.storage.transactions import AccountTx

VALID_MS = 20 * 60_000
_DIGITS = 6
_OF_NOTHING = ToldState("", "", (), 0, 0)


@dataclass(frozen=True, slots=True)
class ToldCode:
    """What a mail with a code tells."""

    facts: CodeFacts
    answers_to: str  # "": nobody else


def plan_code(tx: AccountTx, recipient: str, language: str) -> str:
    """Queues a mail with a new code, which is valid for `VALID_MS`; returns the code's id.

    `recipient` is an address, `language` a locale.
    """
    id_ = new_id()
    message = Message(
        id=id_,
        booking_id=id_,  # of no appointment; what is looked up by it is the code alone
        kind=CODE,
        channel=EMAIL,
        recipient=recipient,
        language=language,
        status=QUEUED,
        detail=None,
        at=tx.now,
        due_at=tx.now,
        planned_at=tx.now,
        until=tx.now + VALID_MS,
        attempts=0,
        leased_until=None,
        rule="",
        resent=False,
        state=_OF_NOTHING,
        previous_start=None,
        version=0,
        change_at=tx.now,
        created_at=tx.now,
    )
    store.insert_each(tx, [message])
    return id_


def digits_of(key: bytes, code_id: str) -> str:
    """The six digits of a code; `key` is the installation's for this purpose."""
    made = int.from_bytes(hmac.digest(key, code_id.encode(), hashlib.sha256))
    return f"{made % 10**_DIGITS:0{_DIGITS}}"


def judged_code(message: Message, now: Millis) -> Message:
    """A code's message as it may leave now; dropped, when the code is not valid any more."""
    return message if now < message.until else dropped(message, TOO_LATE, now)


def told_code(tx: AccountTx, message: Message, key: bytes) -> ToldCode:
    """What its mail says."""
    content = tx.account.content
    locales = list(content["locales"])
    own = account_messages(content)
    locale = locale_of_text(message.language, locales[0], ())
    account = text_in(content["title"], locale, locales)
    facts = CodeFacts(locale, own.sender_name or account, digits_of(key, message.id))
    return ToldCode(facts, own.answers_to)


def forget_done(tx: AccountTx, codes: list[Message]) -> None:
    """Removes the rows of codes that have left, or will not."""
    store.delete_of_bookings(tx, [one.booking_id for one in codes])
