"""Users by program. An invitation is shown once."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.account_file.field_types import TEXT
from openslot.identity.actions import USERS, NewInvitation, UserContent
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.identity.model.user import User
from openslot.identity.people import invitations
from openslot.identity.people.last_administrator import LastAdministrator
from openslot.identity.people.user_rules import normal_email
from openslot.identity.people.users import (
    EmailTaken,
    UserChanged,
    UserStillActive,
)
from openslot.kernel import fields
from openslot.kernel.changes import Change
from openslot.kernel.clock import instant_text
from openslot.kernel.errors import Invalid
from openslot.storage.collection import Written
from openslot.storage.transactions import AccountTx
from openslot.web.admin_api.collection import Collection
from openslot.web.admin_api.representation import Representation
from openslot.web.api.outcomes import outcome_response
from openslot.web.api.response_model import ApiResponse
from openslot.web.http.conditional import version_tag
from openslot.web.http.paging import BY_ID
from openslot.web.http.request_parsing import RequestModel, ruled, validated
from openslot.web.http.response import Response, json_response, no_content
from openslot.web.http.route import Call

_NOT_STORED = {"Cache-Control": "no-store"}


def _email(text: str) -> str:
    found = normal_email(text)
    if found is None:
        raise PydanticCustomError("invalid_value", "must be an e-mail address")
    return found


Email = Annotated[
    str,
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 255}),
]
Name = Annotated[
    str,
    ruled(fields.name),
    WithJsonSchema({"type": "string", "maxLength": 255, "pattern": TEXT}),
]
Role = Literal["viewer", "desk", "planner", "administrator"]


class UserRequest(RequestModel):
    """Somebody who shall be a user. Letter case of the address makes no difference."""

    email: Email
    name: Name
    role: Role


class UserSearch(RequestModel):
    """An address to look for: in a body, since URLs end up in logs."""

    email: Email


class UserFields(RequestModel):
    """What can be changed of a user."""

    name: Name
    role: Role
    active: bool


class UserItem(ApiResponse):
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


class Invitation(ApiResponse):
    """Where a user chooses a password; it is shown once, and works once."""

    invitationUrl: str
    expiresAt: str


class InvitedUser(UserItem):
    """A user who was just created, with the invitation, which is never shown again."""

    invitationUrl: str


def read_search(call: Call) -> str:
    """The address."""
    email: str = call.body.email
    return email


def respond_search(tx: AccountTx, _: Call, found: list[User]) -> Response:
    """The user, or nobody."""
    return json_response([_show(tx, user) for user in found], headers=_NOT_STORED)


def respond_invited(tx: AccountTx, call: Call, written: Written[NewInvitation]) -> Response:
    """The invitation, this once."""
    if call.dry_run:
        return outcome_response(written.changes)
    invitation = Invitation(
        invitationUrl=_url(tx, call, written.item.text),
        expiresAt=instant_text(written.item.expires_at),
    )
    return json_response(invitation, 201, _NOT_STORED)


def respond_done(_: AccountTx, call: Call, changes: tuple[Change, ...]) -> Response:
    """Nothing more to say."""
    return outcome_response(changes) if call.dry_run else no_content()


def _show(_: AccountTx, user: User) -> dict[str, Any]:
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


def _entry(_: AccountTx, user: User) -> dict[str, Any]:
    return {"name": user.name, "role": user.role, "active": user.active}


def _new(_tx: AccountTx, call: Call, _owner: None) -> UserContent:
    body: UserRequest = call.body
    return UserContent(body.email, body.name, body.role)


def _changed(_: AccountTx, __: Call, user: User, entry: Mapping[str, Any]) -> UserContent:
    fields: Any = validated(UserFields, entry)
    return UserContent(user.email, fields.name, fields.role, fields.active)


def _url(tx: AccountTx, call: Call, invitation: str) -> str:
    return invitations.url_of(call.settings.public_url, tx.account.name, invitation)


COLLECTION: Collection[User] = Collection(
    actions=USERS,
    noun="a user",
    path="/users",
    parameter="id",
    representation=Representation(
        model=UserItem,
        created=InvitedUser,
        request=UserRequest,
        show=_show,
        id_of=lambda user: user.id,
        etag=lambda _, user: version_tag(user.version),
        cursor=lambda user: BY_ID.write(user.id),
        fixed=tuple(name for name in UserItem.model_fields if name not in UserFields.model_fields),
        entry=_entry,
        new=_new,
        changed=_changed,
        shown_once=lambda tx, call, shown: {"invitationUrl": _url(tx, call, shown["invitation"])},
    ),
    version_mismatch=UserChanged,
    create_errors=(Invalid, ScopeNotHeld, EmailTaken),
    change_errors=(Invalid, ScopeNotHeld, LastAdministrator),
    delete_errors=(UserStillActive,),
    # The version says what can be changed; a sign-in changes the response alone. So no 304 here.
    is_conditional_item=False,
    descriptions={
        "LIST": "In the order in which they were created, disabled ones too.",
        "POST": "With a role whose scopes the token carries itself, those for booking apart."
        " The invitation is shown in this response alone.",
        "GET": "Active or not.",
        "PATCH": "Merges a patch into it (RFC 7396). `active: false` ends sessions and tokens for"
        " good. Another role, and `active: true`, need a token that carries the role's scopes.",
        "DELETE": "A disabled user, with all that was theirs. What they have booked stays.",
    },
)
