"""The calls about users: people who sign in to the account."""

from openslot.identity.people.invitations import UserDisabled
from openslot.identity.people.users import (
    EmailTaken,
    LastAdministrator,
    UserChanged,
    UserStillActive,
)
from openslot.kernel.errors import Invalid, NotFound
from openslot.kernel.scopes import USERS_MANAGE
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.admin_api.users import users
from openslot.web.http.paging import PageQuery
from openslot.web.http.route import Operation

_USERS, _USER = "/users", "/users/{id}"

_SCOPES = (USERS_MANAGE,)
_ETAG = {"ETag": "The version, for If-Match"}
_SECRET = {"Cache-Control": "An invitation is not to be kept"}

USER_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", _USERS, users.page, "Every user", _SCOPES, list[users.UserItem],
        query=PageQuery, errors=(Invalid,), is_conditional=True,
        answer_headers={"Link": "The next page, if there is one (RFC 8288)"},
    ),
    Operation(
        "POST", _USERS, users.create, "Make and invite a user", _SCOPES, users.InvitedUser, 201,
        users.UserRequest, query=WriteQuery,
        errors=(IdempotencyKeyReused, Invalid, EmailTaken),
        answer_headers={"Location": "Where it is", **_SECRET, **_ETAG}, shows_secret=True,
    ),
    Operation(
        "POST", f"{_USERS}/search", users.search, "The user with an e-mail address", _SCOPES,
        list[users.UserItem], 200, users.UserSearch, errors=(Invalid,),
        answer_headers={"Cache-Control": "no-store"}, searches=True,
    ),
    Operation(
        "GET", _USER, users.get, "One user", _SCOPES, users.UserItem, errors=(NotFound,),
        answer_headers=_ETAG,
    ),
    Operation(
        "PATCH", _USER, users.change, "Change a user", _SCOPES, users.UserItem, 200,
        users.UserRequest, query=WriteQuery,
        errors=(NotFound, IdempotencyKeyReused, UserChanged, Invalid, LastAdministrator),
        answer_headers=_ETAG,
    ),
    Operation(
        "DELETE", _USER, users.delete, "Remove a disabled user", _SCOPES, None, 204,
        query=WriteQuery, errors=(NotFound, IdempotencyKeyReused, UserChanged, UserStillActive),
    ),
    Operation(
        "POST", f"{_USER}/invitation", users.invite, "Invite a user anew", _SCOPES,
        users.Invitation, 201, query=WriteQuery,
        errors=(NotFound, IdempotencyKeyReused, UserChanged, UserDisabled),
        answer_headers=_SECRET, shows_secret=True,
    ),
)  # fmt: skip
