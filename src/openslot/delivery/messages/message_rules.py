"""What an account sets for its messages, as far as it decides what is sent and when. Pure."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from openslot.delivery.messages.quiet_hours import QuietHours
from openslot.delivery.model.message_kinds import EMAIL
from openslot.scheduling.booking.lifecycle import staff_undo_ms


@dataclass(frozen=True, slots=True)
class MessageRules:
    """Which channels there are, and when nobody is to be disturbed."""

    set_up: frozenset[str]  # the channels that the installation can send by
    channels: Mapping[str, tuple[str, ...]]  # of kinds that do not go by e-mail
    quiet_hours: QuietHours | None
    staff_undo_ms: int

    def channels_of(self, kind: str) -> tuple[str, ...]:
        """The channels of a kind, whether they are set up or not."""
        return self.channels.get(kind, (EMAIL,))

    def reaching(self, channels: Iterable[str], recipients: Collection[str]) -> tuple[str, ...]:
        """Those channels that are set up and for which the customer has an address."""
        return tuple(one for one in channels if one in self.set_up and one in recipients)


def message_rules(account: Mapping[str, Any], set_up: Set[str]) -> MessageRules:
    """The rules of an account, of what its row holds."""
    content: Mapping[str, Any] = account.get("messages") or {}
    quiet = content.get("quietHours")
    return MessageRules(
        frozenset(set_up),
        {kind: tuple(named) for kind, named in (content.get("channels") or {}).items()},
        QuietHours(_wall(quiet["from"]), _wall(quiet["to"])) if quiet else None,
        staff_undo_ms(account),
    )


def _wall(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
