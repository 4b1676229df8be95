"""What can be done with clients, their secrets and users."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openslot.identity.clients import built_in, clients, secret_rotation
from openslot.identity.model.client import Client
from openslot.identity.model.client_secret import ClientSecret
from openslot.identity.model.preferences import Preferences
from openslot.identity.model.user import User
from openslot.identity.people import invitations, second_factor, users
from openslot.identity.tokens import issued_counts
from openslot.kernel.actor import Actor
from openslot.kernel.changes import Change
from openslot.kernel.clock import Millis
from openslot.kernel.errors import Fault, Invalid, NotFound
from openslot.kernel.page import Page, read_page
from openslot.kernel.scopes import ADMIN_READ, CLIENTS_MANAGE, USERS_MANAGE
from openslot.storage.action import Action, Runs
from openslot.storage.collection import (
    ItemPlace,
    Listing,
    Replay,
    Write,
    Written,
    collection_actions,
)
from openslot.storage.transactions import AccountTx

_CLIENTS, _USERS = (CLIENTS_MANAGE,), (USERS_MANAGE,)


@dataclass(frozen=True, slots=True)
class IssuedListing:
    """The UTC dates of a client's tokens, both included; None: the default."""

    client_id: str
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class ClientContent:
    """What a client shall be; it keeps to the account file's rules."""

    key: str
    name: str
    document: Mapping[str, Any]
    active: bool
    pepper: bytes = b""  # for the secret of a new client


@dataclass(frozen=True, slots=True)
class NewSecretRequest:
    """Another secret for a client: until when, and the pepper for its digest."""

    client_id: str  # UUID
    expires_at: Millis | None
    pepper: bytes
    replay: Replay


@dataclass(frozen=True, slots=True)
class SecretRevocation:
    """A secret to end at once."""

    client_id: str  # UUID
    secret_id: str
    replay: Replay


@dataclass(frozen=True, slots=True)
class UserContent:
    """What a user shall be; the address of one who is there already cannot be changed."""

    email: str
    name: str
    role: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """The text that lets a user choose a password, once, and until when."""

    text: str
    expires_at: Millis


class Clients:
    """The account's clients, disabled ones too. Their content is a `ClientContent`."""

    def page(self, tx: AccountTx, listing: Listing) -> Page[Client]:
        """Clients in the order in which they were made, or the one with the filter's `key`."""
        key = listing.filters.get("key")
        if key is None:
            return read_page(listing.limit, lambda most: clients.page(tx, listing.after, most))
        try:
            return Page([clients.by_key(tx, key)])
        except NotFound:
            return Page([])

    def find(self, tx: AccountTx, place: ItemPlace) -> Client:
        """One of them. Raises NotFound."""
        return clients.by_id(tx, place.item_id)

    def create(self, tx: AccountTx, actor: Actor, write: Write[Client]) -> Written[Client]:
        """Makes a client with a first secret, which is shown once. Raises ClientKeyTaken."""
        write.replay(tx)
        content: ClientContent = write.content(tx, None)
        client, secret = clients.create(
            tx, content.pepper, content.key, content.name, content.document, by=actor
        )
        if not content.active:
            client = clients.disable(tx, client, by=actor)
        return Written(
            client,
            (Change("client", client.key, "created"),),
            shown_once={} if secret is None else {"secret": secret},
        )

    def change(
        self, tx: AccountTx, actor: Actor, item: Client, write: Write[Client]
    ) -> Written[Client]:
        """Replaces its content. A client that is disabled loses its tokens permanently."""
        built_in.check_changeable(item)
        content: ClientContent = write.content(tx, item)
        changed = clients.change(tx, item, content.name, content.document, by=actor)
        set_active = clients.enable if content.active else clients.disable
        changed = set_active(tx, changed, by=actor)
        return Written(changed, _changed("client", item.key, differs=changed != item))

    def delete(
        self, tx: AccountTx, actor: Actor, item: Client, _: Write[Client]
    ) -> Written[Client]:
        """Removes a disabled client with its secrets. Raises ClientStillActive."""
        built_in.check_changeable(item)
        clients.delete(tx, item, by=actor)
        return Written(item, (Change("client", item.key, "deleted"),))


class Users:
    """The account's users, disabled ones too. Their content is a `UserContent`."""

    def page(self, tx: AccountTx, listing: Listing) -> Page[User]:
        """Users in the order in which they were made."""
        return read_page(listing.limit, lambda most: users.page(tx, listing.after, most))

    def find(self, tx: AccountTx, place: ItemPlace) -> User:
        """One of them. Raises NotFound."""
        return users.by_id(tx, place.item_id)

    def create(self, tx: AccountTx, actor: Actor, write: Write[User]) -> Written[User]:
        """Makes a user with an invitation, shown once. Raises Invalid, EmailTaken."""
        write.replay(tx)
        content: UserContent = write.content(tx, None)
        user, text = users.create(tx, content.email, content.name, content.role, by=actor)
        return Written(
            user, (Change("user", user.email, "created"),), shown_once={"invitation": text}
        )

    def change(self, tx: AccountTx, actor: Actor, item: User, write: Write[User]) -> Written[User]:
        """Replaces name, role and whether they are active. Raises Invalid, LastAdministrator."""
        content: UserContent = write.content(tx, item)
        # In this order nobody is an active administrator in between who is not to be one after.
        changed = item if content.active else users.disable(tx, item, by=actor)
        changed = users.change(tx, changed, content.name, content.role, by=actor)
        if content.active:
            changed = users.enable(tx, changed, by=actor)
        return Written(changed, _changed("user", item.email, differs=changed != item))

    def delete(self, tx: AccountTx, actor: Actor, item: User, _: Write[User]) -> Written[User]:
        """Removes a disabled user with all that was theirs. Raises UserStillActive."""
        users.delete(tx, item, by=actor)
        return Written(item, (Change("user", item.email, "deleted"),))


def _changed(kind: str, key: str, *, differs: bool) -> tuple[Change, ...]:
    return (Change(kind, key, "changed"),) if differs else ()


def _to_be_written(tx: AccountTx, write: Write[Any], find: Callable[[AccountTx, str], Any]) -> Any:
    item = find(tx, write.place.item_id)
    write.replay(tx)
    write.check_unchanged(tx, item)
    return item


def _revoke_tokens(tx: AccountTx, actor: Actor, write: Write[Client]) -> Written[Client]:
    client: Client = _to_be_written(tx, write, clients.by_id)
    built_in.check_changeable(client)
    changed = clients.revoke_tokens(tx, client, by=actor)
    return Written(changed, (Change("client", client.key, "changed"),))


def _secrets(tx: AccountTx, _: Actor, client_id: str) -> list[ClientSecret]:
    return secret_rotation.secrets_of(tx, clients.by_id(tx, client_id))


def _create_secret(tx: AccountTx, actor: Actor, wanted: NewSecretRequest) -> Written[ClientSecret]:
    client = clients.by_id(tx, wanted.client_id)
    wanted.replay(tx)
    if wanted.expires_at is not None and wanted.expires_at <= tx.real_now:
        raise Invalid(Fault("expires_at", "out_of_range", "must be in the future"))
    made = secret_rotation.make_secret(
        tx, wanted.pepper, client, expires_at=wanted.expires_at, by=actor
    )
    secret = next(s for s in secret_rotation.secrets_of(tx, client) if s.id == made.id)
    created = Change("client-secret", client.key, "created")
    return Written(secret, (created,), shown_once={"secret": made.text})


def _revoke_secret(tx: AccountTx, actor: Actor, wanted: SecretRevocation) -> tuple[Change, ...]:
    client = clients.by_id(tx, wanted.client_id)
    wanted.replay(tx)
    secret_rotation.revoke_secret(tx, client, wanted.secret_id, by=actor)
    return (Change("client-secret", client.key, "deleted"),)


def _invite(tx: AccountTx, actor: Actor, write: Write[User]) -> Written[NewInvitation]:
    user: User = _to_be_written(tx, write, users.by_id)
    text = invitations.renew(tx, user, by=actor)
    invitation = NewInvitation(text, tx.real_now + invitations.LIFETIME_MS)
    return Written(invitation, (Change("invitation", user.email, "created"),))


def _end_sessions(tx: AccountTx, actor: Actor, write: Write[User]) -> tuple[Change, ...]:
    user: User = _to_be_written(tx, write, users.by_id)
    users.end_sessions(tx, user, by=actor)
    return (Change("user", user.email, "changed"),)


def _reset_second_factor(tx: AccountTx, actor: Actor, write: Write[User]) -> tuple[Change, ...]:
    user: User = _to_be_written(tx, write, users.by_id)
    second_factor.reset(tx, user, by=actor)
    return _changed("user", user.email, differs=user.has_totp)


def _prefer(tx: AccountTx, actor: Actor, preferences: Preferences) -> None:
    users.prefer(tx, actor.id, preferences)


def _search(tx: AccountTx, _: Actor, email: str) -> list[User]:
    try:
        return [users.by_email(tx, email)]
    except NotFound:
        return []


def _issued(tx: AccountTx, _: Actor, listing: IssuedListing) -> dict[date, int]:
    return issued_counts.per_day(tx, listing.client_id, listing.first, listing.last)


CLIENTS = collection_actions("clients", Clients(), _CLIENTS, _CLIENTS)
USERS = collection_actions("users", Users(), _USERS, _USERS)
LIST_ISSUED_TOKENS: Action[IssuedListing, dict[date, int]] = Action(
    "list issued tokens", _CLIENTS, _issued
)
LIST_SECRETS: Action[str, list[ClientSecret]] = Action("list secrets", _CLIENTS, _secrets)
CREATE_SECRET: Action[NewSecretRequest, Written[ClientSecret]] = Action(
    "create secret", _CLIENTS, _create_secret, Runs.WRITE
)
# Tokens that the secret has obtained live until they expire.
REVOKE_SECRET: Action[SecretRevocation, tuple[Change, ...]] = Action(
    "revoke secret", _CLIENTS, _revoke_secret, Runs.WRITE
)
# Every token of a client from before is refused, and what users let it do ends; its secrets stay.
REVOKE_TOKENS: Action[Write[Client], Written[Client]] = Action(
    "revoke tokens", _CLIENTS, _revoke_tokens, Runs.WRITE
)
# A user who lost the invitation or the password: both end, with every session and all access.
INVITE: Action[Write[User], Written[NewInvitation]] = Action(
    "invite user", _USERS, _invite, Runs.WRITE
)
# As the commands: everywhere, and the access that the user gave to programs ends too.
END_SESSIONS: Action[Write[User], tuple[Change, ...]] = Action(
    "end a user's sessions", _USERS, _end_sessions, Runs.WRITE
)
# For a lost phone.
RESET_SECOND_FACTOR: Action[Write[User], tuple[Change, ...]] = Action(
    "reset a second factor", _USERS, _reset_second_factor, Runs.WRITE
)
FIND_USER_BY_EMAIL: Action[str, list[User]] = Action("find user by e-mail", _USERS, _search)
# Of whoever does it, and of nobody else.
SET_PREFERENCES: Action[Preferences, None] = Action(
    "set preferences", (ADMIN_READ,), _prefer, Runs.WRITE
)
