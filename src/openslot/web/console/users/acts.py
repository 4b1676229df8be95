"""What can be done with a user by one press."""

from openslot.identity.actions import END_SESSIONS, RESET_SECOND_FACTOR, USERS, UserContent
from openslot.identity.model.user import User
from openslot.identity.people.last_administrator import LastAdministrator
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.item_acts import Press, item_id, press, write_of
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
        leads_to = _back(request, request.words.say("The second factor is removed"))

        async def remove() -> None:
            await self._console.run(request, RESET_SECOND_FACTOR, write_of(request))

        return await press(self._console, request, remove, leads_to)

    async def sign_out(self, request: ConsoleRequest) -> Response:
        """Ends every session, and the access that the user gave to programs."""
        leads_to = _back(request, request.words.say("Signed out everywhere"))

        async def end() -> None:
            await self._console.run(request, END_SESSIONS, write_of(request))

        return await press(self._console, request, end, leads_to)

    async def disable(self, request: ConsoleRequest) -> Response:
        """Refuses the user from now on."""
        leads_to = _back(request, request.words.say("The user is disabled"))
        return await self._set_active(request, leads_to, active=False)

    async def enable(self, request: ConsoleRequest) -> Response:
        """Lets the user in again."""
        leads_to = _back(request, request.words.say("The user is enabled"))
        return await self._set_active(request, leads_to, active=True)

    async def delete(self, request: ConsoleRequest) -> Response:
        """Removes a disabled user permanently."""
        leads_to = _back(request, request.words.say("The user is deleted"))
        gone: list[User] = []

        async def delete() -> None:
            written = await self._console.run(request, USERS.delete, write_of(request))
            gone.append(written.item)

        response = await press(self._console, request, delete, leads_to)
        if gone:
            return self._console.see_other(request, "/console/users", leads_to.done)
        return response

    async def _set_active(
        self, request: ConsoleRequest, leads_to: Press, *, active: bool
    ) -> Response:
        def content(_: AccountTx, user: User) -> UserContent:
            return UserContent(user.email, user.name, user.role, active)

        async def change() -> None:
            await self._console.run(request, USERS.change, write_of(request, content))

        return await press(self._console, request, change, leads_to)


def _back(request: ConsoleRequest, done: str) -> Press:
    id_, say = item_id(request), request.words.say
    last = say("This is the last administrator. Make somebody else one first.")
    return Press(f"/console/users/{id_}", done, of_user(id_), {LastAdministrator: last})
