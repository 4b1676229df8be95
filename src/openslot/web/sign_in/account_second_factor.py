"""Turning two-factor authentication on and off.

Until a code has shown that the app works, the secret is in the form alone, sealed for the session
that it was made for.
"""

import base64
import binascii

from markupsafe import Markup

from openslot.identity.keys.master_key import WrongMasterKey, seal, unseal
from openslot.identity.model.session import Session
from openslot.identity.people import totp
from openslot.identity.people.totp import WrongCode
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import ACCOUNT_PAGE, SIGN_IN
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.pages import title_of
from openslot.web.page_kit.session_pages import SessionPages, actor_of_page
from openslot.web.page_kit.texts import WRONG_CODE
from openslot.web.sign_in import account_password, texts
from openslot.web.sign_in.account_page import AccountPage


class AccountSecondFactor:
    """`/accounts/{account}/me/second-factor` and `…/end`."""

    def __init__(self, pages: SessionPages, account_page: AccountPage) -> None:
        """Takes what the pages share, and the page that the way back leads to."""
        self._pages = pages
        self._sealing_key = totp.sealing_key(pages.app.purpose_keys)
        self._account_page = account_page

    async def ask(self, page_request: PageRequest) -> Response:
        """A new secret as a QR code and as text, and a form for a code of it."""
        session = await self._pages.session(page_request)
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        if session.user.has_totp:
            return self._pages.redirect(page_request, ACCOUNT_PAGE)
        return self._form(page_request, session, totp.new_secret())

    async def enrol(self, page_request: PageRequest) -> Response:
        """Turns it on, if password and code are right.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, PasswordsBusy: not now.
        """
        pages = self._pages
        session = await pages.session_of_form(page_request, "second factor")
        if session is None:
            return pages.redirect(page_request, SIGN_IN)
        if session.user.has_totp:
            return pages.redirect(page_request, ACCOUNT_PAGE)
        secret = self._unsealed(session, page_request.form.get("secret", ""))
        if secret is None:
            return self._form(page_request, session, totp.new_secret(), code=texts.SETUP_OVER)
        if not await account_password.is_right(pages, page_request, session):
            return self._form(page_request, session, secret, password=texts.WRONG_PASSWORD)
        code, by = page_request.form.get("code", ""), actor_of_page(page_request, session.user)
        try:
            await pages.app.database.write(
                page_request.account.id, _enrol, self._sealing_key, session, secret, code, by
            )
        except WrongCode:
            return self._form(page_request, session, secret, code=WRONG_CODE)
        return pages.redirect(page_request, ACCOUNT_PAGE, query="?done=second-factor")

    async def remove(self, page_request: PageRequest) -> Response:
        """Turns it off, if the password is right.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, PasswordsBusy: not now.
        """
        pages = self._pages
        session = await pages.session_of_form(page_request, "end second factor")
        if session is None:
            return pages.redirect(page_request, SIGN_IN)
        if not await account_password.is_right(pages, page_request, session):
            return await self._account_page.page(
                page_request, session, second_factor=texts.WRONG_PASSWORD
            )
        by = actor_of_page(page_request, session.user)
        await pages.app.database.write(page_request.account.id, _remove, session, by)
        return pages.redirect(page_request, ACCOUNT_PAGE, query="?done=no-second-factor")

    def _form(
        self, page_request: PageRequest, session: Session, secret: str, **faults: str
    ) -> Response:
        uri = totp.provisioning_uri(
            secret, account_title=title_of(page_request), email=session.user.email
        )
        sealed = seal(self._sealing_key, secret.encode("ascii"), _context(session))
        return self._pages.session_page(
            page_request,
            session,
            "enrolment.html",
            # segno's, made of nothing but rectangles and lines.
            qr_code=Markup(totp.qr_code(uri)),  # noqa: S704
            secret_in_groups=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
            sealed_secret=base64.urlsafe_b64encode(sealed).decode(),
            fault=any(faults.values()),
            faults={"code": "", "password": "", **faults},
        )

    def _unsealed(self, session: Session, text: str) -> str | None:
        try:
            sealed = base64.b64decode(text.encode("ascii"), b"-_", validate=True)
            key = self._sealing_key
            return unseal(key, sealed, _context(session)).decode("ascii")
        except (binascii.Error, UnicodeEncodeError, WrongMasterKey):
            return None


def _context(session: Session) -> str:
    return f"setting up {session.digest.hex()}"


def _enrol(tx: AccountTx, key: bytes, session: Session, secret: str, code: str, by: Actor) -> None:
    account_password.check_unchanged(tx, session)
    totp.enrol(tx, key, session.user, secret, code, by=by)


def _remove(tx: AccountTx, session: Session, by: Actor) -> None:
    account_password.check_unchanged(tx, session)
    totp.remove(tx, session.user, by=by)
