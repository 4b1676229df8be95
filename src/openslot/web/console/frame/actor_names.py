"""Who did something to an appointment, by name where it is still known."""

from collections.abc import Mapping

from openslot.kernel.actor import LINK
from openslot.scheduling.model.appointment_change import AppointmentChange
from openslot.web.page_kit.language.vocabulary import Words


def actor_name(
    words: Words, change: AppointmentChange, names: Mapping[tuple[str, str], str]
) -> str:
    """Who made a change; `names` are those of `identity.people.actor_names`."""
    found = names.get((change.actor_type, change.actor_id))
    if found is not None:
        return found
    if change.actor_type == LINK:
        return words.say("the customer")
    if change.actor_type == "user":
        return words.say("a former user")
    if change.actor_type == "client":
        return words.say("a former client")
    return words.say("the operator")
