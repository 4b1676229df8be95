"""By which channels a customer hears of a change, and why by none. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from openslot.delivery.messages.message_rules import MessageRules


class Unreached(Enum):
    """Why nobody is told."""

    SWITCHED_OFF = auto()  # the account sends no messages of this kind
    NOT_SET_UP = auto()  # the installation has none of the channels
    NO_ADDRESS = auto()  # the customer has given nothing that a channel needs


@dataclass(frozen=True, slots=True)
class MessageReach:
    """The channels of a message; `reason` says why there are none."""

    channels: tuple[str, ...]
    reason: Unreached | None = None


def reach_of(rules: MessageRules, kind: str, recipients: Collection[str]) -> MessageReach:
    """How a message of a kind goes to a customer who has an address for `recipients`."""
    named = rules.channels_of(kind)
    if not named:
        return MessageReach((), Unreached.SWITCHED_OFF)
    possible = rules.reaching(named, rules.set_up)
    if not possible:
        return MessageReach((), Unreached.NOT_SET_UP)
    channels = rules.reaching(named, recipients)
    return MessageReach(channels, None if channels else Unreached.NO_ADDRESS)
