"""Applying an account file: the account becomes what the document says, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from openslot.account_file.booking_page.documents import stored_booking_page
from openslot.account_file.document import AccountDocument
from openslot.account_file.hours import Entry
from openslot.account_file.message_documents import stored_messages
from openslot.delivery.webhooks.apply import IssuedWebhookSecret, apply_webhooks
from openslot.delivery.webhooks.secrets import sealing_key
from openslot.identity import accounts
from openslot.identity.clients.apply import IssuedCredentials, apply_clients
from openslot.identity.clients.apply_api_keys import IssuedApiKey, apply_api_keys
from openslot.identity.clients.secrets import pepper_of
from openslot.identity.keys.purpose_keys import PurposeKeys
from openslot.kernel.actor import Actor, operator_of
from openslot.kernel.changes import Change
from openslot.scheduling.catalogue.changes import replace_catalogue
from openslot.scheduling.model.catalogue_item import KINDS
from openslot.scheduling.rebasing.shifts import Choice
from openslot.storage.dry_run import rolled_back
from openslot.storage.transactions import AccountTx, Database, SystemTx

CATALOGUE_LISTS = dict(  # the list of the file that has a kind of catalogue item
    zip(
        KINDS,
        ("branches", "service_groups", "services", "resources", "service_combinations"),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a document did: nothing at all when the account was so already."""

    account: str
    changes: tuple[Change, ...]
    new_secrets: tuple[IssuedCredentials, ...]  # to be shown once; none after a dry run
    api_keys: tuple[IssuedApiKey, ...] = ()  # likewise
    webhook_secrets: tuple[IssuedWebhookSecret, ...] = ()  # likewise
    stranded: tuple[str, ...] = ()  # ids of appointments that no longer fit; they stay


async def apply(
    database: Database,
    keys: PurposeKeys,
    document: AccountDocument,
    *,
    dry_run: bool = False,
    choice: Choice | None = None,
) -> Applied:
    """Makes one account be what its document says; with `dry_run` only says what would change.

    `choice` is what becomes of appointments to come at a branch that gets another zone.

    Raises:
        ZoneChangeNeedsChoice: there are some, and nothing was chosen; nothing was changed.
        Conflict: the account's present state does not allow it; nothing was changed.
    """
    reason = "an account file makes the account it names"
    if not dry_run:
        return await database.write_system(reason, apply_account, keys, document, choice)
    applied = await rolled_back(
        database.write_system, reason, apply_account, keys, document, choice
    )
    return replace(applied, new_secrets=(), api_keys=(), webhook_secrets=())


def apply_account(
    tx: SystemTx, keys: PurposeKeys, document: AccountDocument, choice: Choice | None = None
) -> Applied:
    """The transaction of `apply`."""
    account = accounts.by_name(tx, document.account)
    made: tuple[Change, ...] = ()
    if account is None:
        content = content_of(document)
        account = accounts.create(tx, document.account, content, sandbox=document.sandbox)
        made = (Change("account", document.account, "created"),)
    account_tx = tx.account(account.id)
    applied = apply_within(account_tx, operator_of(account.id), keys, document, choice)
    return replace(applied, changes=made + applied.changes)


def apply_within(
    tx: AccountTx,
    actor: Actor,
    keys: PurposeKeys,
    document: AccountDocument,
    choice: Choice | None = None,
) -> Applied:
    """Makes an account that exists be what the document says; its name is not looked at.

    Raises:
        ZoneChangeNeedsChoice: as `apply`.
    """
    changes: list[Change] = []
    content = content_of(document)
    if (tx.account.content, tx.account.sandbox) != (content, document.sandbox):
        accounts.change(tx, content, sandbox=document.sandbox, by=actor)
        changes.append(Change("account", tx.account.name, "changed"))
    wanted = {kind: _by_key(getattr(document, field)) for kind, field in CATALOGUE_LISTS.items()}
    outcome = replace_catalogue(tx, actor, wanted, choice)
    listed = [{"key": client.key, **fields_of(client)} for client in document.clients]
    pepper = pepper_of(keys)
    client_changes, new_secrets = apply_clients(tx, pepper, listed, by=actor)
    wanted_api_keys = {c.key: [each.content() for each in c.api_keys] for c in document.clients}
    api_key_changes, issued_api_keys = apply_api_keys(tx, pepper, wanted_api_keys, by=actor)
    wanted_webhooks = [webhook.content() for webhook in document.webhooks]
    webhook_changes, webhook_secrets = apply_webhooks(
        tx, sealing_key(keys), wanted_webhooks, by=actor
    )
    return Applied(
        tx.account.name,
        (*changes, *outcome.changes, *client_changes, *api_key_changes, *webhook_changes),
        tuple(new_secrets),
        tuple(issued_api_keys),
        tuple(webhook_secrets),
        outcome.without_place,
    )


def content_of(document: AccountDocument) -> dict[str, Any]:
    """What the account's own row holds, with every setting present."""
    messages = stored_messages(document.messages)
    booking_page = stored_booking_page(document.booking_page)
    return {
        "title": document.model_dump(mode="json", include={"name"})["name"],
        "locales": document.locales,
        "settings": document.settings.model_dump(mode="json", by_alias=True),
        **({} if messages is None else {"messages": messages}),
        **({"orchestra": {"enabled": True}} if document.orchestra.enabled else {}),
        **({} if booking_page is None else {"bookingPage": booking_page}),
    }


def _by_key(entries: list[Any]) -> Mapping[str, dict[str, Any]]:
    return {entry.key: fields_of(entry) for entry in entries}


def fields_of(entry: Entry) -> dict[str, Any]:
    """The fields that the author wrote, in the file's words, without the key."""
    return entry.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"key"})
