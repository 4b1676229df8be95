"""Where the buttons of a client's page lead, and what is said when they come too late."""

from openslot.identity.clients.built_in import ClientBuiltIn
from openslot.web.console.frame.account_items.item_acts import Press, item_id
from openslot.web.console.frame.account_items.latest_act import of_client
from openslot.web.console.frame.console_request import ConsoleRequest


def back_to_client(request: ConsoleRequest, done: str, leads_to: str = "") -> Press:
    """Back to the page of the client, or on to another once it is done; `done` is said there."""
    id_, say = item_id(request), request.words.say
    built_in = say("This client belongs to the booking page and cannot be changed.")
    return Press(
        f"/console/clients/{id_}", done, of_client(id_), {ClientBuiltIn: built_in}, leads_to
    )
