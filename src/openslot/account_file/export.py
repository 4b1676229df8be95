"""An account as an account file: `apply` makes the same account of it, except for secrets."""

import json
from collections.abc import Sequence
from typing import Any

from openslot.account_file.apply import CATALOGUE_LISTS
from openslot.account_file.document import complete_settings
from openslot.delivery.model.webhook import EVERY_TYPE, WebhookContent
from openslot.delivery.webhooks.webhooks import all_webhooks
from openslot.identity.clients import api_keys, clients
from openslot.identity.model.api_key import TOTAL, ApiKeyContent
from openslot.identity.model.client import CLIENT_SECRET_BASIC, Client
from openslot.kernel.clock import instant_text
from openslot.scheduling.catalogue.items import all_items
from openslot.scheduling.model.catalogue_item import SERVICE_COMBINATION, CatalogueItem
from openslot.storage.transactions import AccountTx

# The order in which fields are written, wherever they occur; a test compares it with the models.
FIELD_ORDER = (
    *("account", "key", "branch", "name", "sandbox", "active", "sortOrder", "locales", "settings"),
    *("reservationMinutes", "retentionDays", "accessTokenAlgorithm", "secondFactorRequired"),
    *("zoneDataChange", "staffUndoSeconds", "messages", "senderName", "replyTo", "smsSender"),
    *("channels", "booked", "moved", "cancelled", "reminder", "quietHours", "from", "to"),
    *("calendar", "title", "class", "texts", "kind", "channel", "locale", "subject", "html"),
    *("orchestra", "bookingPage", "enabled", "listed", "intro", "consent", "done"),
    *("colours", "accent", "background", "logo", "privacyUrl", "contact"),
    *("embedOrigins", "languages", "limits", "openAppointmentsPerPerson", "holdsPerAddress"),
    "bookingsPerAddressAndHour",
    *("timeZone", "address", "streetName", "zipCode", "city", "country"),
    *("location", "latitude", "longitude", "lastName", "phone", "email"),
    *("holidayCalendar",),
    *("text", "required", "group", "type", "capacity", "durationMinutes", "slotStepMinutes"),
    *("bufferBeforeMinutes", "bufferAfterMinutes", "minimumNoticeMinutes", "horizonDays"),
    *("maxNumberOfReservations", "additionalCustomerMinutes", "partyMode"),
    *("rescheduleCutoffMinutes", "cancelCutoffMinutes", "dateOfBirthRequired"),
    *("customerFields", "phoneNumber", "dateOfBirth", "whatToBring"),
    *("questions", "custom"),
    *("reminders", "before", "at"),
    *("day", "date", "closed", "opens", "closes", "starts", "ends", "closesNextDay"),
    *("validFrom", "validTo", "openingHours", "hours", "breaks", "overrides", "resourceTypes"),
    *("url", "events", "includeCustomer", "description"),
    *("grants", "scopes", "redirectUris", "tokenEndpointAuthMethod", "jwks"),
    *("partyCounting", "customerLookUp", "expiresAt", "apiKeys"),
    *("branches", "serviceGroups", "services", "resources", "serviceCombinations"),
    *("clients", "webhooks"),
)
_RANK = {name: rank for rank, name in enumerate(FIELD_ORDER)}


def export_account(tx: AccountTx) -> dict[str, Any]:
    """The document of an account as plain data, its fields in reading order.

    Items are in the order in which they were made, clients by key. Those that are inactive say
    `active: false`; inactive combinations are left out, which means the same.
    """
    account = tx.account
    document: dict[str, Any] = {"account": account.name, "name": account.content["title"]}
    if account.sandbox:
        document["sandbox"] = True
    settings = complete_settings(account.content["settings"])
    document |= {"locales": account.content["locales"], "settings": settings}
    if account.content.get("messages"):
        document["messages"] = account.content["messages"]
    if account.content.get("orchestra"):
        document["orchestra"] = account.content["orchestra"]
    if account.content.get("bookingPage") is not None:  # an empty one turns the page on
        document["bookingPage"] = account.content["bookingPage"]
    items = all_items(tx)
    for kind, field in CATALOGUE_LISTS.items():
        listed = [_fields(item) for item in items if item.kind == kind and _is_listed(item)]
        if listed:
            document[_camel(field)] = listed
    contents: dict[str, list[ApiKeyContent]] = {}
    for api_key in api_keys.all_api_keys(tx):
        contents.setdefault(api_key.client_id, []).append(api_key.content)
    listed_clients = [
        _client(client, contents.get(client.client_id, ())) for client in clients.all_clients(tx)
    ]
    if listed_clients:
        document["clients"] = listed_clients
    listed_webhooks = [_webhook(webhook.content) for webhook in all_webhooks(tx)]
    if listed_webhooks:
        document["webhooks"] = listed_webhooks
    return {name: _ordered(value) for name, value in document.items()}


def _is_listed(item: CatalogueItem) -> bool:
    return item.active or item.kind != SERVICE_COMBINATION


def _fields(item: CatalogueItem) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(item.document)
    if item.kind != SERVICE_COMBINATION:  # its key is made of its fields
        fields["key"] = item.key
    if not item.active:
        fields["active"] = False
    return fields


def _client(client: Client, contents: Sequence[ApiKeyContent]) -> dict[str, Any]:
    listed = [_api_key(content) for content in contents]
    fields = {"key": client.key, "name": client.name, **client.document, "apiKeys": listed}
    if client.auth_method == CLIENT_SECRET_BASIC:
        del fields["tokenEndpointAuthMethod"]
    if not client.active:
        fields["active"] = False
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _api_key(content: ApiKeyContent) -> dict[str, Any]:
    fields: dict[str, Any] = {"key": content.key}
    if content.party_counting != TOTAL:
        fields["partyCounting"] = content.party_counting
    if content.customer_look_up:
        fields["customerLookUp"] = True
    if content.expires_at is not None:
        fields["expiresAt"] = instant_text(content.expires_at)
    return fields


def _webhook(content: WebhookContent) -> dict[str, Any]:
    fields: dict[str, Any] = {"key": content.key, "url": content.url}
    if EVERY_TYPE not in content.events:
        fields["events"] = list(content.events)
    if content.include_customer:
        fields["includeCustomer"] = True
    if content.description:
        fields["description"] = content.description
    if not content.active:
        fields["active"] = False
    return fields


def _camel(field: str) -> str:
    first, *others = field.split("_")
    return first + "".join(word.capitalize() for word in others)


def _ordered(value: Any) -> Any:
    """The same data with the fields of every mapping in reading order."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (_RANK.get(name, len(_RANK)), name))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list):
        return [_ordered(entry) for entry in value]
    return value
