"""The routes of users: people who sign in to the account."""

from openslot.identity import actions
from openslot.identity.model.held_scopes import ScopeNotHeld
from openslot.identity.people.invitations import UserDisabled
from openslot.identity.people.users import UserChanged
from openslot.kernel.errors import Invalid, NotFound
from openslot.scheduling.booking.idempotency import IdempotencyKeyReused
from openslot.web.admin_api.queries import WriteQuery
from openslot.web.admin_api.users import users
from openslot.web.admin_api.users.users import COLLECTION
from openslot.web.http.route import Accepts, AnyRoute, Returns, Route

ROUTES: tuple[AnyRoute, ...] = (
    COLLECTION.list,
    COLLECTION.create,
    Route(
        "POST", f"{COLLECTION.path}/search", actions.FIND_USER_BY_EMAIL,
        users.read_search, users.respond_search,
        "Find the user with an e-mail address", "A list of one user, or of nobody.",
        Accepts(users.UserSearch),
        Returns(list[users.UserItem], headers={"Cache-Control": "no-store"}), (Invalid,),
        is_search=True,
    ),
    COLLECTION.get,
    COLLECTION.change,
    COLLECTION.delete,
    Route(
        "POST", f"{COLLECTION.item_path}/invitation", actions.INVITE,
        COLLECTION.read_write, users.respond_invited,
        "Invite a user again",
        "For a user who lost the invitation or the password: both end, and all that they gave."
        " The token must carry the scopes of the user's role itself.",
        Accepts(query=WriteQuery),
        Returns(users.Invitation, 201, {"Cache-Control": "An invitation must not be stored"}),
        (NotFound, IdempotencyKeyReused, UserChanged, ScopeNotHeld, UserDisabled),
        shows_secret=True,
    ),
    Route(
        "POST", f"{COLLECTION.item_path}/end-sessions", actions.END_SESSIONS,
        COLLECTION.read_write, users.respond_done,
        "Sign a user out everywhere",
        "Every session ends, and the access that the user gave to programs.",
        Accepts(query=WriteQuery), Returns(status=204),
        (NotFound, IdempotencyKeyReused, UserChanged),
    ),
    Route(
        "DELETE", f"{COLLECTION.item_path}/second-factor", actions.RESET_SECOND_FACTOR,
        COLLECTION.read_write, users.respond_done,
        "Remove a user's second factor",
        "For a lost phone. Recovery codes end with it, every session, and the access that the user"
        " gave to programs. Where the account requires one, the user sets it up at the next"
        " sign-in.",
        Accepts(query=WriteQuery), Returns(status=204),
        (NotFound, IdempotencyKeyReused, UserChanged),
    ),
)  # fmt: skip
