"""What messages and channels are called. Pure."""

from openslot.delivery.model.message_kinds import BOOKED, CANCELLED, EMAIL, MOVED, REMINDER, SMS
from openslot.web.page_kit.language.vocabulary import Words


def kind_names(words: Words) -> dict[str, str]:
    """Each kind of message, in the order in which customers get them."""
    return {
        BOOKED: words.say("Confirmation"),
        MOVED: words.say("Change"),
        CANCELLED: words.say("Cancellation"),
        REMINDER: words.say("Reminder"),
    }


def channel_names(words: Words) -> dict[str, str]:
    """Each way by which messages go."""
    return {EMAIL: words.say("E-mail"), SMS: words.say("SMS")}
