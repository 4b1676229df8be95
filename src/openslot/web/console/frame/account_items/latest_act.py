"""What was done last to something that an account has: said where an act comes too late."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from openslot.delivery.webhooks import webhooks
from openslot.identity.clients import clients
from openslot.identity.people import users
from openslot.identity.people.actor_names import names_of_actors
from openslot.kernel.errors import NotFound
from openslot.storage.journal import audit
from openslot.storage.journal.audit import AuditEntry, AuditFilter
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.account_times import account_times
from openslot.web.console.frame.actor_names import actor_name
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.http.response import Response

_MOST_LOOKED_AT = 200  # events, the newest first
_AFTER_EVERY_ID = "~"
# What happens by itself, or does not change the thing
_NO_ACTS = ("token.", "grant.", "code.", "user.signed_in", "user.sign_in_refused")


@dataclass(frozen=True, slots=True)
class AuditSubject:
    """What events are about."""

    filter: AuditFilter  # where they are looked for
    has: Callable[[AuditEntry], bool]  # whether one of those is about it

    def latest(self, tx: AccountTx) -> AuditEntry | None:
        """What somebody did to it last; None: nothing that is still among the newest events."""
        found = audit.events(tx, self.filter, _MOST_LOOKED_AT)
        acts = (event for event in found if not event.type.startswith(_NO_ACTS))
        return next((event for event in acts if self.has(event)), None)


# Finds it, and raises NotFound where there is none any more.
Subject = Callable[[AccountTx], AuditSubject]


def of_user(user_id: str) -> Subject:
    """A user, by UUID."""

    def find(tx: AccountTx) -> AuditSubject:
        id_ = users.by_id(tx, user_id).id
        return AuditSubject(
            AuditFilter(user=id_, before_id=_AFTER_EVERY_ID),
            lambda event: event.detail.get("user") == id_,
        )

    return find


def of_client(row_id: str) -> Subject:
    """A client, by UUID."""

    def find(tx: AccountTx) -> AuditSubject:
        client_id = clients.by_id(tx, row_id).client_id
        wanted = AuditFilter(client=client_id, before_id=_AFTER_EVERY_ID)
        return AuditSubject(wanted, lambda _: True)

    return find


def of_webhook(webhook_id: str) -> Subject:
    """A webhook, by UUID."""
    return lambda tx: _named_as("webhook", webhooks.by_id(tx, webhook_id).id)


def of_part(member: str, id_: str) -> Subject:
    """A feed or a block, there or not, by the member of details that has its id."""

    def find(tx: AccountTx) -> AuditSubject:
        subject = _named_as(member, id_)
        if subject.latest(tx) is None:
            raise NotFound
        return subject

    return find


def of_catalogue(kind: str, ids: Collection[str]) -> Subject:
    """Things of the catalogue, by kind and UUIDs."""
    wanted = AuditFilter(type="catalogue.changed", before_id=_AFTER_EVERY_ID)
    things = {f"{kind} {id_}" for id_ in ids}

    def has(event: AuditEntry) -> bool:
        named = (one for one in event.detail.values() if isinstance(one, list))
        return any(not things.isdisjoint(one) for one in named)

    return lambda _: AuditSubject(wanted, has)


def of_account(_: AccountTx) -> AuditSubject:
    """The account's own row."""
    wanted = AuditFilter(type="account.changed", before_id=_AFTER_EVERY_ID)
    return AuditSubject(wanted, lambda _: True)


def too_late(tx: AccountTx, request: ConsoleRequest, find: Subject) -> str:
    """What is said to whoever acted on what is not any more as they saw it.

    Raises:
        NotFound: it is not there any more.
    """
    words, latest = request.words, find(tx).latest(tx)
    if latest is None:
        return words.say("It has changed meanwhile. Nothing was done.")
    names = names_of_actors(tx, [(latest.actor_type or "", latest.actor_id or "")])
    return words.say(
        "Changed at {time} by {name}. Nothing more was done.",
        time=account_times(tx, request).short(latest.at),
        name=actor_name(words, latest, names),
    )


async def led_back(
    console: Console, request: ConsoleRequest, path: str, subject: Subject
) -> Response:
    """To the page that shows what is true now, which says who was faster.

    Raises:
        NotFound: it is not there any more.
    """
    notice = await console.read(request, too_late, request, subject)
    return console.see_other(request, path, notice)


def _named_as(member: str, id_: str) -> AuditSubject:
    every = AuditFilter(before_id=_AFTER_EVERY_ID)
    return AuditSubject(every, lambda event: event.detail.get(member) == id_)
