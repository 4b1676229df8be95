"""What the pages say of the messages that a customer gets, without naming an address."""

from collections.abc import Collection

from openslot.app import message_channels
from openslot.delivery.messages import resending
from openslot.delivery.messages.planning import account_rules, recipients_of
from openslot.delivery.messages.reach import reach_of
from openslot.delivery.messages.telling import channels_told
from openslot.delivery.model.message_kinds import BOOKED, EMAIL, MESSAGE_CHANNELS, SMS
from openslot.scheduling.model.appointment import Appointment
from openslot.settings import Settings
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx
from openslot.web.booking_page.public_request import PublicRequest


def confirmation_channels(
    account: Account, settings: Settings, appointment: Appointment
) -> tuple[str, ...]:
    """By which channels a booking is confirmed."""
    rules = account_rules(account, message_channels(settings))
    return reach_of(rules, BOOKED, recipients_of(appointment)).channels


def change_channels(tx: AccountTx, appointment: Appointment) -> tuple[str, ...]:
    """By which channels the customer hears of the last change of an appointment."""
    return channels_told(resending.of_appointment(tx, appointment.id), appointment.version)


def email_hint(request: PublicRequest, settings: Settings, *, is_required: bool) -> str:
    """What stands beside the field of an e-mail address: what it is for."""
    say = request.words.say
    rules = account_rules(request.account, message_channels(settings))
    if EMAIL not in reach_of(rules, BOOKED, MESSAGE_CHANNELS).channels:
        return say(
            "We send no confirmation to this address. It is for questions about your appointment."
        )
    if not is_required:
        return say("Without it you get no confirmation by e-mail.")
    if request.account.sandbox:
        return _of_sandbox(request)
    return say("We send the confirmation to this address.")


def confirmation_words(request: PublicRequest, channels: Collection[str]) -> list[str]:
    """Where the confirmation goes, or what to keep where there is none."""
    say = request.words.say
    if not channels:
        return [
            say("No confirmation is sent."),
            say("Write down the reference, or save this page."),
        ]
    if request.account.sandbox:
        return [_of_sandbox(request)]
    if EMAIL in channels and SMS in channels:
        return [say("A confirmation goes to your e-mail address and your phone number.")]
    if SMS in channels:
        return [say("A confirmation goes to your phone number.")]
    return [say("A confirmation goes to your e-mail address.")]


def change_words(request: PublicRequest, channels: Collection[str]) -> str:
    """Where a message about a change goes, or that there is none."""
    say = request.words.say
    if not channels:
        return say("No message is sent about it.")
    if request.account.sandbox:
        return _of_sandbox(request)
    if EMAIL in channels and SMS in channels:
        return say("A message about it goes to your e-mail address and your phone number.")
    if SMS in channels:
        return say("A message about it goes to your phone number.")
    return say("A message about it goes to your e-mail address.")


def _of_sandbox(request: PublicRequest) -> str:
    return request.words.say("This is a test account: messages are recorded, but not sent.")
