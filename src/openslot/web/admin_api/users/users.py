"""Users by program: listed, found, invited, changed, deleted. An invitation is told once."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.account_file.field_types import TEXT
from openslot.identity.model.user import User
from openslot.identity.people import invitations, users
from openslot.identity.people.user_rules import normal_email
from openslot.identity.people.users import UserChanged
from openslot.kernel.clock import instant_text
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.model import customers
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api import responses
from openslot.web.http.conditional import if_match, version_tag
from openslot.web.http.merge_patch import fixed, merged
from openslot.web.http.paging import PageQuery, cursor_of, next_page, parts_of
from openslot.web.http.request_parsing import RequestModel, ruled, validated
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

ADDRESS = "/admin/v1/users"
_NOT_KEPT = {"Cache-Control": "no-store"}
_CHANGEABLE = ("name", "role", "active")


def _email(text: str) -> str:
    found = normal_email(text)
    if found is None:
        raise PydanticCustomError("invalid_value", "has to be an e-mail address")
    return found


Email = Annotated[
    str,
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 255}),
]
Name = Annotated[
    str,
    ruled(customers.name),
    WithJsonSchema({"type": "string", "maxLength": 255, "pattern": TEXT}),
]
Role = Literal["viewer", "desk", "planner", "administrator"]


class UserRequest(RequestModel):
    """Somebody who is to be a user. Letter case of the address makes no difference."""

    email: Email
    name: Name
    role: Role


class UserSearch(RequestModel):
    """An address to look for: in a body, since addresses of calls end up in logs."""

    email: Email


class UserContent(RequestModel):
    """What can be changed of a user."""

    name: Name
    role: Role
    active: bool


class UserItem(responses.Answer):
    """A user."""

    id: str  # the `sub` of tokens that they delegate
    version: int
    email: Email
    name: Name
    role: Role
    active: bool
    createdAt: str
    lastSignedInAt: str | None
    hasPassword: bool  # false: an invitation waits to be used, or has expired
    hasSecondFactor: bool


class Invitation(responses.Answer):
    """Where a user chooses a password; it is told once, and works once."""

    invitationUrl: str
    expiresAt: str


class InvitedUser(UserItem):
    """A user who was just made, with the invitation, which is never told again."""

    invitationUrl: str


def page(tx: AccountTx, call: Call) -> Response:
    """The users in the order in which they were made, disabled ones too."""
    query: PageQuery = call.query
    (after,) = parts_of(query.cursor, 1) if query.cursor else ("",)
    found = users.page(tx, after, query.limit + 1)
    shown = found[: query.limit]
    headers = {}
    if len(found) > query.limit:
        url = call.settings.public_url + ADDRESS
        headers["Link"] = next_page(url, {"limit": str(query.limit)}, cursor_of(shown[-1].id))
    return json_response([_shown_as(user) for user in shown], headers=headers)


def search(tx: AccountTx, call: Call) -> Response:
    """The user with an e-mail address, or nobody."""
    try:
        found = [_shown_as(users.by_email(tx, call.body.email))]
    except NotFound:
        found = []
    return json_response(found, headers=_NOT_KEPT)


def get(tx: AccountTx, call: Call) -> Response:
    """One of them, active or not."""
    return _answer(_found(tx, call))


def create(tx: AccountTx, call: Call) -> Response:
    """Makes a user, with any role; the invitation is shown in this answer alone."""
    call.idempotency_key.replay(tx)
    body: UserRequest = call.body
    user, invitation = users.create(tx, body.email, body.name, body.role, by=call.actor)
    if call.dry_run:
        return _outcome(user, "created")
    headers = {
        "Location": f"{call.settings.public_url}{ADDRESS}/{user.id}",
        "ETag": version_tag(user.version),
        **_NOT_KEPT,
    }
    return json_response(
        {**_shown_as(user), "invitationUrl": _url(tx, call, invitation)}, 201, headers
    )


def change(tx: AccountTx, call: Call) -> Response:
    """Merges a patch into a user (RFC 7396). `active: false` ends sessions and tokens for good."""
    user = _found(tx, call)
    call.idempotency_key.replay(tx)
    _check_version(call, user)
    shown = _shown_as(user)
    held = [name for name in shown if name not in _CHANGEABLE]
    faults = fixed(call.body, shown, *held)
    whole = merged(shown, call.body)
    try:
        wanted = validated(UserContent, {n: v for n, v in whole.items() if n not in held})
    except Invalid as refusal:
        raise Invalid(*faults, *refusal.faults) from None
    if faults:
        raise Invalid(*faults)
    assert isinstance(wanted, UserContent)  # noqa: S101  (for the type checker)
    # In this order nobody is an active administrator in between who is not to be one afterwards.
    changed = user if wanted.active else users.disable(tx, user, by=call.actor)
    changed = users.change(tx, changed, wanted.name, wanted.role, by=call.actor)
    if wanted.active:
        changed = users.enable(tx, changed, by=call.actor)
    if call.dry_run:
        return _outcome(user, None if changed == user else "changed")
    return _answer(changed)


def delete(tx: AccountTx, call: Call) -> Response:
    """Removes a user who is disabled, with all that was theirs; what they have booked stays."""
    user = _found(tx, call)
    call.idempotency_key.replay(tx)
    _check_version(call, user)
    users.delete(tx, user, by=call.actor)
    return _outcome(user, "deleted") if call.dry_run else no_content()


def invite(tx: AccountTx, call: Call) -> Response:
    """Invites a user anew, who has lost the invitation or the password: both end, and sessions."""
    user = _found(tx, call)
    call.idempotency_key.replay(tx)
    _check_version(call, user)
    invitation = invitations.renew(tx, user, by=call.actor)
    if call.dry_run:
        return _outcome(user, "created", "invitation")
    answer = Invitation(
        invitationUrl=_url(tx, call, invitation),
        expiresAt=instant_text(tx.real_now + invitations.LIFETIME_MS),
    )
    return json_response(answer, 201, _NOT_KEPT)


def _found(tx: AccountTx, call: Call) -> User:
    return users.by_id(tx, call.path_id("id"))


def _check_version(call: Call, user: User) -> None:
    if not if_match(call.headers)(user.version):
        raise UserChanged(f"The version is {user.version}; read it again")


def _shown_as(user: User) -> dict[str, Any]:
    signed_in_at = user.last_signed_in_at
    return {
        "id": user.id,
        "version": user.version,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "active": user.active,
        "createdAt": instant_text(user.created_at),
        "lastSignedInAt": None if signed_in_at is None else instant_text(signed_in_at),
        "hasPassword": user.has_password,
        "hasSecondFactor": user.has_totp,
    }


def _outcome(user: User, action: str | None, kind: str = "user") -> Response:
    """What a write would do."""
    changes = [responses.Change(kind=kind, key=user.email, action=action)] if action else []
    return json_response(responses.Outcome(changes=changes, stranded=[]))


def _answer(user: User) -> Response:
    # The version says what can be changed; a sign-in changes the answer alone. So no 304 here.
    return json_response(_shown_as(user), headers={"ETag": version_tag(user.version)})


def _url(tx: AccountTx, call: Call, invitation: str) -> str:
    return invitations.url_of(call.settings.public_url, tx.account.name, invitation)
