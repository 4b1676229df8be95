"""What an account file says of the messages to its customers."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from openslot.account_file.field_types import BeginTime, Locale, Localized, Text
from openslot.account_file.hours import Entry
from openslot.kernel import fields

# GSM 03.40: 11 letters and digits, or a number
SMS_SENDER = r"^([A-Za-z0-9 ]{1,11}|\+?[0-9]{3,15})$"
_LONGEST_SUBJECT = 250


def _address(text: str) -> str:
    try:
        return fields.email(text)
    except fields.FieldRefused as refusal:
        raise PydanticCustomError("invalid_value", "must be an e-mail address") from refusal


Channel = Literal["email", "sms"]
Kind = Literal["booked", "moved", "cancelled", "reminder"]
Channels = Annotated[list[Channel], Field(max_length=2)]
Template = Annotated[str, StringConstraints(min_length=1)]


class MessageChannels(Entry):
    """By which channels each kind of message goes; an empty list sends none."""

    booked: Channels = Field(default=["email"])
    moved: Channels = Field(default=["email"])
    cancelled: Channels = Field(default=["email"])
    reminder: Channels = Field(default=["email"])


class QuietHoursDocument(Entry):
    """When nobody is reminded: wall time of the branch, over midnight where `from` is later."""

    from_: BeginTime = Field(alias="from")
    to: BeginTime


class MessageCalendar(Entry):
    """What the calendar entry in a mail shows to those with whom a calendar is shared."""

    title: Localized | None = None  # None: service and branch
    class_: Literal["PUBLIC", "PRIVATE", "CONFIDENTIAL"] = Field(default="PUBLIC", alias="class")


class MessageText(Entry):
    """A text of the account's own in place of the product's."""

    kind: Kind
    channel: Channel
    locale: Locale
    subject: Annotated[str, Field(max_length=_LONGEST_SUBJECT)] | None = None
    text: Template
    html: Template | None = None


class MessagesDocument(Entry):
    """How an account writes to its customers."""

    sender_name: Text | None = None
    answers_to: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None, alias="replyTo"
    )
    sms_sender: Annotated[str, StringConstraints(pattern=SMS_SENDER)] | None = None
    channels: MessageChannels = MessageChannels()
    quiet_hours: QuietHoursDocument | None = None
    calendar: MessageCalendar | None = None
    texts: list[MessageText] = Field(default=[], max_length=200)


def stored_messages(document: MessagesDocument | None) -> dict[str, Any] | None:
    """What the account's row holds of it: what the author wrote."""
    if document is None:
        return None
    return document.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
