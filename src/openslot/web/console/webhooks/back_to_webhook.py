"""Where the buttons of a webhook's page lead, and what is said when they come too late."""

from openslot.delivery.webhooks.secrets import LastSecret
from openslot.web.console.frame.account_items.item_acts import Press, item_id
from openslot.web.console.frame.account_items.latest_act import of_webhook
from openslot.web.console.frame.console_request import ConsoleRequest


def back_to_webhook(request: ConsoleRequest, done: str, leads_to: str = "") -> Press:
    """Back to the page of the webhook, or on to another once it is done; `done` is said there."""
    id_, say = item_id(request), request.words.say
    last = say("This is the only secret. Make a new one first.")
    return Press(f"/console/webhooks/{id_}", done, of_webhook(id_), {LastSecret: last}, leads_to)
