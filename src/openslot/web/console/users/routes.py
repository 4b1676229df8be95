"""The addresses of this room."""

from openslot.web.console.frame.address import MANAGES_USERS, Address, Addresses
from openslot.web.console.frame.console import Console
from openslot.web.console.users.acts import UserActs
from openslot.web.console.users.invitation import UserInvitations
from openslot.web.console.users.list_page import UserList
from openslot.web.console.users.user_page import UserPage


def routes(console: Console) -> Addresses:
    """The list, the form of a new user, a user, and what can be done with one."""
    users, page = UserList(console), UserPage(console)
    invitations, acts = UserInvitations(console), UserActs(console)
    one = "/console/users/{id}"
    return {
        "/console/users": Address(MANAGES_USERS, get=users.show, post=users.save),
        "/console/users/new": Address(MANAGES_USERS, get=invitations.show, post=invitations.invite),
        one: Address(MANAGES_USERS, get=page.show, post=page.save),
        f"{one}/invite": Address(MANAGES_USERS, post=invitations.invite_again),
        f"{one}/remove-second-factor": Address(MANAGES_USERS, post=acts.remove_second_factor),
        f"{one}/sign-out": Address(MANAGES_USERS, post=acts.sign_out),
        f"{one}/disable": Address(MANAGES_USERS, post=acts.disable),
        f"{one}/enable": Address(MANAGES_USERS, post=acts.enable),
        f"{one}/delete": Address(MANAGES_USERS, post=acts.delete),
    }
