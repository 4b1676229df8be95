"""Turning two-factor authentication off."""

from openslot.identity.model.session import Session
from openslot.identity.people import second_factor
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import ACCOUNT_PAGE, SIGN_IN
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.session_pages import SessionPages, actor_of_page
from openslot.web.sign_in import account_proof, texts
from openslot.web.sign_in.account_page import AccountPage


class AccountSecondFactor:
    """`/accounts/{account}/me/second-factor/end`."""

    def __init__(self, pages: SessionPages, account_page: AccountPage) -> None:
        """Takes what the pages share, and the page that the way back leads to."""
        self._pages = pages
        self._account_page = account_page

    async def remove(self, page_request: PageRequest) -> Response:
        """Turns it off, if password and code are right and the account does not require it.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, TooManyWrongCodes, PasswordsBusy: not now.
        """
        pages, account = self._pages, page_request.account
        session = await pages.session_of_form(page_request, "end second factor")
        if session is None:
            return pages.redirect(page_request, SIGN_IN)
        if not session.user.has_totp:
            return pages.redirect(page_request, ACCOUNT_PAGE)
        if second_factor.is_required(account, session.user):
            return await self._account_page.page(page_request, session, required=texts.REQUIRED)
        faults = await account_proof.faults_of_both(pages, page_request, session)
        if faults:
            named = {_FIELDS[field]: text for field, text in faults.items()}
            return await self._account_page.page(page_request, session, **named)
        by = actor_of_page(page_request, session.user)
        await pages.app.database.write(account.id, _remove, session, by)
        return pages.redirect(page_request, ACCOUNT_PAGE, query="?done=no-second-factor")


# What the account page calls the faults of this form, beside those of its others
_FIELDS = {"password": "second_factor", "code": "code"}


def _remove(tx: AccountTx, session: Session, by: Actor) -> None:
    account_proof.check_unchanged(tx, session)
    second_factor.remove(tx, session.user, by=by)
