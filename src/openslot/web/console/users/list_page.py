"""`/console/users`: everybody who can sign in, and who needs a second factor."""

from collections.abc import Collection
from dataclasses import dataclass

from openslot.identity.actions import USERS
from openslot.identity.model.roles import ROLES
from openslot.identity.people.second_factor import required_roles
from openslot.kernel.errors import Fault, Invalid
from openslot.storage.collection import Listing
from openslot.web.console.frame.account_items.account_change import (
    Content,
    change_account,
    version_of,
)
from openslot.web.console.frame.account_items.account_times import account_times
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.users.role_names import role_names, state_name
from openslot.web.http.response import Response

_REQUIRED = "secondFactorRequired"
_MOST = 200


@dataclass(frozen=True, slots=True)
class UserRow:
    """A line of the list."""

    id: str
    name: str
    email: str
    role: str
    state: str
    is_active: bool
    has_second_factor: bool
    signed_in: str


class UserList:
    """The page, and the form on it."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """A page of the users."""
        stored = {_REQUIRED: sorted(required_roles(request.account))}
        return await self._page(request, FormValues(stored, request.typed))

    async def save(self, request: ConsoleRequest) -> Response:
        """Sets who needs a second factor. It counts with the next sign-in."""
        wanted = request.form.all(_REQUIRED)
        try:
            if unknown := set(wanted) - set(ROLES):
                detail = f"{', '.join(sorted(unknown))} is no role"
                raise Invalid(Fault(_REQUIRED, "invalid_value", detail))
            return await change_account(
                self._console, request, lambda content: _with_required(content, wanted)
            )
        except Invalid as refusal:
            faults = faults_of(refusal, request.words)
            return await self._page(request, FormValues(typed=request.form, faults=faults))

    async def _page(self, request: ConsoleRequest, form: FormValues) -> Response:
        listing = Listing("", request.query.one("after"), _MOST)
        found, times = await self._console.run_and(
            request, USERS.list, listing, lambda tx, page: (page, account_times(tx, request))
        )
        words, names = request.words, role_names(request.words)
        rows = [
            UserRow(
                user.id,
                user.name or user.email,
                user.email,
                names[user.role],
                state_name(words, user),
                user.active,
                user.has_totp,
                times.text(user.last_signed_in_at),
            )
            for user in found.items
        ]
        values = {
            "rows": rows,
            "next": rows[-1].id if found.has_more else "",
            "roles": list(names.items()),
            "version": version_of(request.account),
        }
        status = 422 if form.faults else 200
        page = ConsolePage(words.say("Users"), "users/list.html", values, form, status=status)
        return self._console.page(request, page)


def _with_required(content: Content, roles: Collection[str]) -> Content:
    """The account's content with other roles that need a second factor."""
    required = [role for role in ROLES if role in roles]
    return {**content, "settings": {**content["settings"], _REQUIRED: required}}
