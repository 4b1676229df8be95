"""`/console/users/new`, and "Invite again": the link is shown once."""

from openslot.identity.actions import INVITE, USERS, UserContent
from openslot.identity.model.roles import DESK
from openslot.identity.people.invitations import LIFETIME_MS, url_of
from openslot.identity.people.users import EmailTaken
from openslot.kernel.errors import Fault, Invalid
from openslot.web.console.frame.account_items.item_acts import (
    Press,
    creation,
    item_id,
    press,
    run_showing,
    write_of,
)
from openslot.web.console.frame.account_items.latest_act import of_user
from openslot.web.console.frame.account_items.shown_once import (
    ShownOnce,
    shown_before,
    shown_once,
)
from openslot.web.console.frame.console import Console
from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.console.frame.form_values import FormValues, faults_of
from openslot.web.console.frame.rendering import ConsolePage
from openslot.web.console.users.role_names import role_choices
from openslot.web.http.response import Response

_LIST = "/console/users"
_DAY_MS = 86_400_000


class UserInvitations:
    """Invites somebody new, and somebody who is there."""

    def __init__(self, console: Console) -> None:
        """Takes what the rooms share."""
        self._console = console

    async def show(self, request: ConsoleRequest) -> Response:
        """The empty form."""
        return self._form(request, FormValues({"role": DESK}, request.typed))

    async def invite(self, request: ConsoleRequest) -> Response:
        """Makes a user, and shows the link of the invitation this once."""
        form, words = request.form, request.words
        content = UserContent(form.one("email").strip(), form.one("name").strip(), form.one("role"))
        write = creation(request, lambda _, __: content)
        try:
            written = await run_showing(self._console, request, USERS.create, write)
        except EmailTaken:
            faults = {"email": words.say("There is a user with this e-mail address already")}
            return self._form(request, FormValues(typed=form, faults=faults))
        except Invalid as refusal:
            faults = faults_of(Invalid(*map(_of_mail, refusal.faults)), words)
            return self._form(request, FormValues(typed=form, faults=faults))
        if written is None:
            return shown_before(self._console, request, _LIST)
        return self._invited(request, written.item.id, written.shown_once["invitation"])

    async def invite_again(self, request: ConsoleRequest) -> Response:
        """Another link for a user who lost it, or the password: both end, with every session.

        Raises:
            NotFound: the account has no such user.
        """
        id_ = item_id(request)
        shown: list[str] = []

        async def renew() -> None:
            written = await self._console.run(request, INVITE, write_of(request))
            shown.append(written.item.text)

        leads_to = Press(f"{_LIST}/{id_}", "", of_user(id_))
        response = await press(self._console, request, renew, leads_to)
        return self._invited(request, id_, shown[0]) if shown else response

    def _form(self, request: ConsoleRequest, form: FormValues) -> Response:
        values = {"roles": role_choices(request.words)}
        status = 422 if form.faults else 200
        heading = request.words.say("Invite a user")
        page = ConsolePage(heading, "users/new.html", values, form, status=status)
        return self._console.page(request, page)

    def _invited(self, request: ConsoleRequest, user_id: str, text: str) -> Response:
        words, settings = request.words, self._console.app.settings
        explanation = words.count(
            "Send this link to the person yourself. It works once, for a day.",
            "Send this link to the person yourself. It works once, for {number} days.",
            LIFETIME_MS // _DAY_MS,
        )
        shown = ShownOnce(
            words.say("Invitation"),
            words.say("Link"),
            url_of(settings.public_url, request.account.name, text),
            explanation,
            f"{_LIST}/{user_id}",
            words.say("User"),
        )
        return shown_once(self._console, request, shown)


def _of_mail(fault: Fault) -> Fault:
    return Fault(fault.field, "invalid_email", fault.detail) if fault.field == "email" else fault
