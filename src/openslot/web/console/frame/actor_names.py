"""Who did something, by name where it is still known."""

from collections.abc import Mapping
from typing import Protocol

from openslot.kernel.actor import LINK
from openslot.web.page_kit.language.vocabulary import Words


class Deed(Protocol):
    """Something that was done: a line of a history, or of the audit trail."""

    @property
    def actor_type(self) -> str | None:
        """What kind of actor did it; None: nobody was recognised."""

    @property
    def actor_id(self) -> str | None:
        """Which one."""


def actor_name(words: Words, deed: Deed, names: Mapping[tuple[str, str], str]) -> str:
    """Who did it; `names` are those of `identity.people.actor_names`."""
    found = names.get((deed.actor_type or "", deed.actor_id or ""))
    if found is not None:
        return found
    match deed.actor_type:
        case None:
            return words.say("nobody known")
        case "user":
            return words.say("a former user")
        case "client":
            return words.say("a former client")
        case str(kind) if kind == LINK:
            return words.say("the customer")
    return words.say("the operator")
