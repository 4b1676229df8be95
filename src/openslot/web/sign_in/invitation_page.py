"""Choosing a password with an invitation: the first one, or another after it was forgotten.

The invitation stands in the path. Our log names routes, never paths; the address is good for one
password and 7 days; and `Referrer-Policy: same-origin` tells it to nobody else.
"""

from openslot.identity.model.user import User
from openslot.identity.people import invitations, passwords, users
from openslot.identity.people.passwords import WeakPassword
from openslot.kernel.actor import Actor
from openslot.kernel.errors import NotFound
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import SIGN_IN
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.refusals import PageRefused
from openslot.web.page_kit.session_pages import SessionPages, actor_of_page
from openslot.web.sign_in import texts
from openslot.web.sign_in.addresses import INVITATION


class InvitationPage:
    """`/accounts/{account}/invitations/{invitation}`."""

    def __init__(self, pages: SessionPages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def ask(self, page_request: PageRequest) -> Response:
        """The form. Looking at it uses nothing up: mail programs look at links too.

        Raises:
            PageRefused: the invitation was used, has expired, or never was.
        """
        return self._form(page_request, await self._invited(page_request))

    async def choose(self, page_request: PageRequest) -> Response:
        """Takes the new password, and has the user sign in with it.

        Raises:
            PageRefused: as above, or the form is not one of ours.
            PasswordsBusy: too many people sign in at this moment.
        """
        user = await self._invited(page_request)
        text = page_request.parameters["invitation"]
        self._pages.check_form(page_request, _purpose(text))
        try:
            password = passwords.checked(
                page_request.form.get("new_password", ""), email=user.email
            )
        except WeakPassword as weak:
            return self._form(page_request, user, fault=texts.too_weak(weak))
        digest = await self._pages.app.passwords.hash(password)
        by = actor_of_page(page_request, user)
        try:
            await self._pages.app.database.write(page_request.account.id, _choose, text, digest, by)
        except NotFound:  # used while the password was hashed
            raise PageRefused(404, *texts.NO_INVITATION) from None
        return self._pages.redirect(page_request, SIGN_IN)

    async def _invited(self, page_request: PageRequest) -> User:
        try:
            return await self._pages.app.database.read(
                page_request.account.id, invitations.user_of, page_request.parameters["invitation"]
            )
        except NotFound:
            raise PageRefused(404, *texts.NO_INVITATION) from None

    def _form(self, page_request: PageRequest, user: User, *, fault: str = "") -> Response:
        text = page_request.parameters["invitation"]
        return self._pages.form_page(
            page_request,
            _purpose(text),
            "invitation.html",
            action=self._pages.addresses.of(INVITATION, page_request.account.name, invitation=text),
            user=user,
            fault=fault,
            password_hint=texts.PASSWORD_HINT,
        )


def _choose(tx: AccountTx, text: str, digest: str, by: Actor) -> None:
    users.set_password(tx, invitations.user_of(tx, text), digest, invitation=text, by=by)


def _purpose(text: str) -> str:
    return f"invitation {text}"
