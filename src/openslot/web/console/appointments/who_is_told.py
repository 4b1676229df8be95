"""Whether the customer hears of what staff do, said beside the form and after it."""

from collections.abc import Collection

from openslot.app import message_channels
from openslot.delivery.messages.planning import account_rules
from openslot.delivery.messages.reach import MessageReach, Unreached, reach_of
from openslot.delivery.model.message_kinds import BOOKED, EMAIL, MESSAGE_CHANNELS, SMS
from openslot.settings import Settings
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.page_kit.language.vocabulary import Words


class WhoIsTold:
    """Says it for one account."""

    def __init__(self, settings: Settings, request: ConsoleRequest) -> None:
        """`settings` say by which channels the installation sends."""
        self._rules = account_rules(request.account, message_channels(settings))
        self._words = request.words

    def beside_fields(self) -> str:
        """What a form for a new customer says before anything is typed."""
        say, reach = self._words.say, self._reach(BOOKED, MESSAGE_CHANNELS)
        if reach.reason is not None:
            return _reason_words(self._words, reach.reason)
        if EMAIL in reach.channels and SMS in reach.channels:
            return say("By e-mail and SMS, where there is an address.")
        if SMS in reach.channels:
            return say("By SMS. Without a phone number nobody is told.")
        return say("By e-mail. Without an e-mail address nobody is told.")

    def nobody(self, kind: str, recipients: Collection[str]) -> str:
        """Why a customer does not hear of a change; "": they do."""
        reason = self._reach(kind, recipients).reason
        return "" if reason is None else _reason_words(self._words, reason)

    def _reach(self, kind: str, recipients: Collection[str]) -> MessageReach:
        return reach_of(self._rules, kind, recipients)


def _reason_words(words: Words, reason: Unreached) -> str:
    return {
        Unreached.SWITCHED_OFF: words.say("Nobody is told: such messages are switched off."),
        Unreached.NOT_SET_UP: words.say(
            "Nobody is told: this server is not set up to send such messages."
        ),
        Unreached.NO_ADDRESS: words.say("Nobody is told: the customer has no address for it."),
    }[reason]
