"""What can be done with a user by one press."""

from openslot.identity.actions import END_SESSIONS, RESET_SECOND_FACTOR, USERS, UserContent
from openslot.identity.model.user import User
from openslot.identity.people.last_administrator import LastAdministrator
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.item_acts import Press, item_id, press_for, write_of
from openslot.web.console.frame.account_items.latest_act import of_user
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.http.response import Response


class UserActs:
    """The buttons of a user's page. Each raises NotFound where there is no such user."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def remove_second_factor(self, request: ConsoleRequest) -> Response:
        """For a lost phone; every session ends too."""
        back = _back(request, request.words.say("The second factor is removed"))
        return await press_for(self._console, request, RESET_SECOND_FACTOR, write_of(request), back)

    async def sign_out(self, request: ConsoleRequest) -> Response:
        """Ends every session, and the access that the user gave to programs."""
        back = _back(request, request.words.say("Signed out everywhere"))
        return await press_for(self._console, request, END_SESSIONS, write_of(request), back)

    async def disable(self, request: ConsoleRequest) -> Response:
        """Refuses the user from now on."""
        done = request.words.say("The user is disabled")
        return await self._set_active(request, done, active=False)

    async def enable(self, request: ConsoleRequest) -> Response:
        """Lets the user in again."""
        done = request.words.say("The user is enabled")
        return await self._set_active(request, done, active=True)

    async def delete(self, request: ConsoleRequest) -> Response:
        """Removes a disabled user permanently."""
        back = _back(request, request.words.say("The user is deleted"), "/console/users")
        return await press_for(self._console, request, USERS.delete, write_of(request), back)

    async def _set_active(self, request: ConsoleRequest, done: str, *, active: bool) -> Response:
        def content(_: AccountTx, user: User) -> UserContent:
            return UserContent(user.email, user.name, user.role, active)

        write = write_of(request, content)
        return await press_for(self._console, request, USERS.change, write, _back(request, done))


def _back(request: ConsoleRequest, done: str, leads_to: str = "") -> Press:
    id_, say = item_id(request), request.words.say
    last = say("This is the last administrator. Make somebody else one first.")
    return Press(f"/console/users/{id_}", done, of_user(id_), {LastAdministrator: last}, leads_to)
