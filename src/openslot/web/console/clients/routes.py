"""The addresses of this room."""

from openslot.web.console.clients.acts import ClientActs
from openslot.web.console.clients.api_keys import ClientApiKeys
from openslot.web.console.clients.client_page import ClientPage
from openslot.web.console.clients.list_page import ClientList
from openslot.web.console.clients.new_client import NewClientForm
from openslot.web.console.clients.secrets import ClientSecrets
from openslot.web.console.frame.address import MANAGES_CLIENTS, Address, Addresses
from openslot.web.console.frame.console import Console


def routes(console: Console) -> Addresses:
    """The list, the form of a new client, a client, and what can be done with one."""
    page, new = ClientPage(console), NewClientForm(console)
    secrets, api_keys = ClientSecrets(console, page), ClientApiKeys(console, page)
    acts = ClientActs(console)
    one = "/console/clients/{id}"
    posts = {
        f"{one}/secrets": secrets.make,
        f"{one}/secrets/{{secretId}}/revoke": secrets.revoke,
        f"{one}/api-keys": api_keys.make,
        f"{one}/api-keys/{{apiKeyId}}/revoke": api_keys.revoke,
        f"{one}/revoke-tokens": acts.revoke_tokens,
        f"{one}/disable": acts.disable,
        f"{one}/enable": acts.enable,
        f"{one}/delete": acts.delete,
    }
    return {
        "/console/clients": Address(MANAGES_CLIENTS, get=ClientList(console).show),
        "/console/clients/new": Address(MANAGES_CLIENTS, get=new.show, post=new.make),
        one: Address(MANAGES_CLIENTS, get=page.show, post=page.save),
        **{path: Address(MANAGES_CLIENTS, post=handler) for path, handler in posts.items()},
    }
