"""`/console/users/{id}`: one user, with name and role to change."""

from collections.abc import Mapping

from openslot.identity.actions import USERS, UserContent
from openslot.identity.model.user import User
from openslot.identity.people.last_administrator import LastAdministrator
from openslot.kernel.errors import Fault, Invalid
from openslot.storage.collection import ItemPlace
from openslot.storage.transactions import AccountTx
from openslot.web.console.frame.account_items.account_times import account_times
from openslot.web.console.frame.account_items.item_acts import Press, item_id, press, write_of
from openslot.web.console.frame.account_items.latest_act import of_user
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.users.role_names import role_choices, state_name
from openslot.web.http.response import Response


class UserPage:
    """The page, and its form."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The user as they are.

        Raises:
            NotFound: the account has no such user.
        """
        return await self._page(request, {})

    async def save(self, request: ConsoleRequest) -> Response:
        """Another name or role. The last administrator keeps the role.

        Raises:
            NotFound: the account has no such user.
        """
        form, say = request.form, request.words.say
        id_ = item_id(request)

        def content(_: AccountTx, user: User) -> UserContent:
            name, role = form.one("name").strip(), form.one("role")
            return UserContent(user.email, name, role, user.active)

        async def change() -> None:
            try:
                await self._console.run(request, USERS.change, write_of(request, content))
            except LastAdministrator:
                detail = say("This is the last administrator. Make somebody else one first.")
                raise Invalid(Fault("role", "last_administrator", detail)) from None

        leads_to = Press(f"/console/users/{id_}", say("Saved"), of_user(id_))
        try:
            return await press(self._console, request, change, leads_to)
        except Invalid as refusal:
            return await self._page(request, faults_of(refusal, request.words))

    async def _page(self, request: ConsoleRequest, faults: Mapping[str, str]) -> Response:
        user, times = await self._console.run_and(
            request,
            USERS.get,
            ItemPlace(item_id=item_id(request)),
            lambda tx, found: (found, account_times(tx, request)),
        )
        typed = request.form if faults else request.typed
        form = FormValues({"name": user.name, "role": user.role}, typed, faults)
        values = {
            "user": user,
            "state": state_name(request.words, user),
            "created": times.text(user.created_at),
            "signed_in": times.text(user.last_signed_in_at),
            "roles": role_choices(request.words),
            "path": f"/console/users/{user.id}",
        }
        heading = request.words.say("User")
        status = 422 if faults else 200
        page = ConsolePage(heading, "users/user.html", values, form, status=status)
        return self._console.page(request, page)
