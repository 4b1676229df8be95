"""The addresses of this room."""

from openslot.web.console.frame.address import MANAGES_WEBHOOKS, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.webhooks.acts import WebhookActs
from openslot.web.console.webhooks.list_page import WebhookList
from openslot.web.console.webhooks.new_webhook import NewWebhookForm
from openslot.web.console.webhooks.secrets import WebhookSecretForms
from openslot.web.console.webhooks.sending import WebhookSending
from openslot.web.console.webhooks.webhook_page import WebhookPage


def routes(console: Console) -> Addresses:
    """The list, the form of a new webhook, a webhook, and what can be done with one."""
    page, new = WebhookPage(console), NewWebhookForm(console)
    secrets, sending = WebhookSecretForms(console, page), WebhookSending(console, page)
    acts = WebhookActs(console)
    one = "/console/webhooks/{id}"
    posts = {
        f"{one}/secrets": secrets.make,
        f"{one}/secrets/{{secretId}}/revoke": secrets.revoke,
        f"{one}/deliveries/{{deliveryId}}/resend": sending.resend,
        f"{one}/test": sending.test,
        f"{one}/replay": sending.replay,
        f"{one}/disable": acts.disable,
        f"{one}/enable": acts.enable,
        f"{one}/delete": acts.delete,
    }
    return {
        "/console/webhooks": Address(MANAGES_WEBHOOKS, get=WebhookList(console).show),
        "/console/webhooks/new": Address(MANAGES_WEBHOOKS, get=new.show, post=new.make),
        one: Address(MANAGES_WEBHOOKS, get=page.show, post=page.save),
        **{path: Address(MANAGES_WEBHOOKS, post=handler) for path, handler in posts.items()},
    }
