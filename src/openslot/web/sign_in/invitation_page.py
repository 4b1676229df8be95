"""Choosing a password with an invitation: the first one, or another after it was forgotten.

The invitation stands in the path. Our log names routes, never paths; the address is good for one
password and 7 days; and `Referrer-Policy: same-origin` tells it to nobody else.
"""

from openslot.identity.people import passwords, users
from openslot.identity.people.passwords import WeakPassword
from openslot.identity.people.users import User
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Reply
from openslot.web.page_kit.page_request import Visit
from openslot.web.sign_in import texts
from openslot.web.sign_in.addresses import INVITATION, SIGN_IN
from openslot.web.sign_in.pages import Pages


class InvitationPage:
    """`/accounts/{account}/invitations/{invitation}`."""

    def __init__(self, pages: Pages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def ask(self, visit: Visit) -> Reply:
        """The form. Looking at it uses nothing up: mail programs look at links too.

        Raises:
            NotFound: the invitation was used, has expired, or never was.
        """
        return self._form(visit, await self._invited(visit))

    async def choose(self, visit: Visit) -> Reply:
        """Takes the new password, and has the user sign in with it.

        Raises:
            NotFound: as above.
            Refused: the form is not one of ours.
            PasswordsBusy: too many people sign in at this moment.
        """
        user = await self._invited(visit)
        text = visit.parameters["invitation"]
        self._pages.check_form(visit, _purpose(text), signed_in=False)
        try:
            password = passwords.checked(visit.form.get("new_password", ""), email=user.email)
        except WeakPassword as weak:
            return self._form(visit, user, fault=f"It {weak.faults[0].detail}.")
        digest = await self._pages.app.passwords.hash(password)
        by = self._pages.actor(visit, user)
        await self._pages.app.database.write(visit.account.id, _choose, text, digest, by)
        return self._pages.to(visit, SIGN_IN)

    async def _invited(self, visit: Visit) -> User:
        return await self._pages.app.database.read(
            visit.account.id, users.by_invitation, visit.parameters["invitation"]
        )

    def _form(self, visit: Visit, user: User, *, fault: str = "") -> Reply:
        text = visit.parameters["invitation"]
        return self._pages.form_page(
            visit,
            _purpose(text),
            "invitation.html",
            action=self._pages.addresses.of(INVITATION, visit.account.name, invitation=text),
            user=user,
            fault=fault,
            password_hint=texts.PASSWORD_HINT,
        )


def _choose(tx: AccountTx, text: str, digest: str, by: Actor) -> None:
    users.set_password(tx, users.by_invitation(tx, text), digest, invitation=text, by=by)


def _purpose(text: str) -> str:
    return f"invitation {text}"
