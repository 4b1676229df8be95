"""Two accounts with catalogues and clients, made by the operations that make any account."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from openslot.app import App
from openslot.identity import accounts
from openslot.identity.clients import clients
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.model.client import Client
from openslot.identity.tokens.access_tokens import Issuer, issue
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis, millis_of, now_ms
from openslot.kernel.scopes import ADMIN_READ, ALL, BOOK, CANCEL, RESCHEDULE
from openslot.scheduling.catalogue import changes as catalogue_changes
from openslot.scheduling.store import catalogue_items
from openslot.scheduling.store.clock import set_clock
from openslot.storage.accounts import Account
from openslot.storage.transactions import AccountTx, SystemTx

PUBLIC_URL = "https://booking.example.org"
NOW: Millis = millis_of(datetime(2027, 1, 4, 7, 0, tzinfo=UTC))  # a Monday, 08:00 in Amsterdam
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = [{"day": day, "opens": "09:00", "closes": "17:00"} for day in DAYS]
QUESTION = {"key": "kids", "text": {"en_US": "How many?", "nl_NL": "Hoeveel?"}, "required": True}
DESK_SERVICES = ["passport", "licence", "card", "family", "twins"]

CATALOGUE: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "branch": {
        "centre": {
            "name": {"en_US": "Centre", "nl_NL": "Centrum"},
            "timeZone": "Europe/Amsterdam",
            "address": {"streetName": "Markt 1", "city": "Delft", "country": "NL"},
            "location": {"latitude": 52, "longitude": 4.3571},
            "openingHours": EVERY_DAY,
        },
        "harbour": {
            "name": "Harbour",
            "timeZone": "Europe/Amsterdam",
            "sortOrder": 1,
            "openingHours": EVERY_DAY,
        },
        "closed-down": {"name": "Old", "timeZone": "Europe/Amsterdam", "active": False},
    },
    "service-group": {"documents": {"name": {"en_US": "Documents", "nl_NL": "Documenten"}}},
    "service": {
        "passport": {
            "name": {"en_US": "Passport", "nl_NL": "Paspoort"},
            "group": "documents",
            "sortOrder": 1,
            "branches": ["centre", "harbour"],
        },
        "licence": {"name": "Licence", "branches": ["centre", "harbour"]},
        "card": {"name": "Card", "branches": ["centre"]},
        "family": {
            "name": "Family",
            "maxNumberOfReservations": 4,
            "additionalCustomerMinutes": 10,
            "branches": ["centre"],
            "dateOfBirthRequired": True,
            "questions": [QUESTION],
        },
        "twins": {"name": "Twins", "branches": ["centre"], "active": False},
        "strict": {
            "name": "Strict",
            "branches": ["centre"],
            "resourceTypes": ["booth"],
            "rescheduleCutoffMinutes": 1440,
            "cancelCutoffMinutes": 1440,
        },
    },
    "resource": {
        **{
            f"desk-{number}": {"name": f"Desk {number}", "type": "desk", "services": DESK_SERVICES}
            for number in range(1, 5)
        },
        "booth": {"name": "Booth", "type": "booth", "services": ["strict"]},
        "harbour-desk": {
            "name": "Harbour desk",
            "branch": "harbour",
            "type": "desk",
            "services": ["passport", "licence"],
        },
    },
    "service-combination": {
        "centre:licence+passport": {"branch": "centre", "services": ["licence", "passport"]}
    },
}
_SERVICE = {
    "durationMinutes": 15,
    "slotStepMinutes": 15,
    "horizonDays": 400,
    "resourceTypes": ["desk"],
}
CLIENTS = {
    "full": (BOOK, RESCHEDULE, CANCEL),
    "other": (BOOK, RESCHEDULE, CANCEL),  # of the same account
    "book": (BOOK,),
    "reschedule": (RESCHEDULE,),
    "cancel": (CANCEL,),
    "nothing": (ADMIN_READ,),
    "everything": ALL,  # a token may carry less
}


@dataclass(frozen=True)
class Tenant:
    """An account, its clients, and the ids of its catalogue by kind and key."""

    account: Account
    clients: Mapping[str, Client]
    ids: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class World:
    """Two tenants that know nothing of each other."""

    acme: Tenant  # a sandbox whose clock stands at NOW
    globex: Tenant  # the same catalogue in real time


def make_world(tx: SystemTx, pepper: bytes) -> World:
    """Makes both."""
    acme = _tenant(tx, pepper, "acme", sandbox=True)
    set_clock(tx.account(acme.account.id), NOW, 0)
    return World(acme, _tenant(tx, pepper, "globex", sandbox=False))


def _tenant(tx: SystemTx, pepper: bytes, name: str, *, sandbox: bool) -> Tenant:
    document = {
        "title": name,
        "locales": ["en_US", "nl_NL", "en_UK", "de_DE"],
        "settings": {
            "reservationMinutes": 15,
            "retentionDays": 365,
            "accessTokenAlgorithm": "ES256",
        },
    }
    account = accounts.create(tx, name, document, sandbox=sandbox)
    of_account = tx.account(account.id)
    for kind in CATALOGUE:
        replace(of_account, kind)
    of_clients = {
        key: clients.create(
            of_account, pepper, key, key, {"grants": ["client_credentials"], "scopes": scopes}
        )[0]
        for key, scopes in CLIENTS.items()
    }
    return Tenant(account, of_clients, ids_of(of_account))


def replace(tx: AccountTx, kind: str, **changes: Mapping[str, Any]) -> None:
    """Makes the things of a kind be those above, with `changes` by key on top of their fields."""
    defaults: Mapping[str, Any] = {"service": _SERVICE, "resource": {"branch": "centre"}}.get(
        kind, {}
    )
    wanted = {
        key: {**defaults, **thing, **changes.get(key, {})} for key, thing in CATALOGUE[kind].items()
    }
    operator = Actor(tx.account.id, "operator", "operator", frozenset())
    catalogue_changes.replace_catalogue(tx, operator, {kind: wanted})


def ids_of(tx: AccountTx) -> dict[tuple[str, str], str]:
    """Every item's id."""
    return {(item.kind, item.key): item.id for item in catalogue_items.all_items(tx)}


def token(app: App, tenant: Tenant, client: str) -> str:
    """A token of one of a tenant's clients, in real time."""
    issuer = Issuer(app.settings.public_url, tenant.account.id, tenant.account.name, "ES256")
    of_client = tenant.clients[client]
    return issue(app.keys, issuer, of_client, of_client.scopes, now_ms())


def pepper(app: App) -> bytes:
    """What the app's client secrets are hashed with."""
    return pepper_of(app.purpose_keys)
