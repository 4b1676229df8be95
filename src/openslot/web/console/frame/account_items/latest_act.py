"""What was done to a user, a client or a webhook last: said where an act comes too late."""

from collections.abc import Callable
from dataclasses import dataclass

from openslot.delivery.webhooks import webhooks
from openslot.identity.clients import clients
from openslot.identity.people import users
from openslot.identity.people.actor_names import names_of_actors
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.account_times import account_times
from openslot.web.console.frame.actor_names import actor_name
from openslot.web.console.frame.console_request import ConsoleRequest

_MOST_LOOKED_AT = 200  # events, the newest first
# What happens by itself, or does not change the thing
_NO_ACTS = ("token.", "grant.", "code.", "user.signed_in", "user.sign_in_refused")


@dataclass(frozen=True, slots=True)
class AuditSubject:
    """What events are about: one of the three ids is set."""

    user: str = ""
    client: str = ""  # as OAuth calls it
    webhook: str = ""

    @property
    def filter(self) -> AuditFilter:
        """Where its events are looked for."""
        return AuditFilter(user=self.user or None, client=self.client or None, before_id="~")

    def is_of(self, event: AuditEntry) -> bool:
        """Whether something was done to it by somebody."""
        if event.type.startswith(_NO_ACTS):
            return False
        named = (event.detail.get("user"), event.client, event.detail.get("webhook"))
        return any(
            own and own == of_event
            for own, of_event in zip((self.user, self.client, self.webhook), named, strict=True)
        )


# Finds it, and raises NotFound where there is none any more.
Subject = Callable[[AccountTx], AuditSubject]


def of_user(user_id: str) -> Subject:
    """A user, by UUID."""
    return lambda tx: AuditSubject(user=users.by_id(tx, user_id).id)


def of_client(row_id: str) -> Subject:
    """A client, by UUID."""
    return lambda tx: AuditSubject(client=clients.by_id(tx, row_id).client_id)


def of_webhook(webhook_id: str) -> Subject:
    """A webhook, by UUID."""
    return lambda tx: AuditSubject(webhook=webhooks.by_id(tx, webhook_id).id)


def too_late(tx: AccountTx, request: ConsoleRequest, find: Subject) -> str:
    """What is said to whoever acted on what is not any more as they saw it.

    Raises:
        NotFound: it is not there any more.
    """
    words, subject = request.words, find(tx)
    events = audit.events(tx, subject.filter, _MOST_LOOKED_AT)
    latest = next((event for event in events if subject.is_of(event)), None)
    if latest is None:
        return words.say("It has changed meanwhile. Nothing was done.")
    names = names_of_actors(tx, [(latest.actor_type or "", latest.actor_id or "")])
    return words.say(
        "Changed at {time} by {name}. Nothing more was done.",
        time=account_times(tx, request).short(latest.at),
        name=actor_name(words, latest, names),
    )
