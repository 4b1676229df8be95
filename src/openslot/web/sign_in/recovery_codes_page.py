"""Recovery codes: shown once, after the second factor was set up or when they are made again."""

from dataclasses import dataclass

from openslot.identity.model.session import Session
from openslot.identity.people import recovery_codes, totp
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import ACCOUNT_PAGE, SIGN_IN
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.pages import title_of
from openslot.web.page_kit.session_pages import SessionPages, actor_of_page
from openslot.web.sign_in import account_proof, texts

_PURPOSE = "recovery codes"


@dataclass(frozen=True, slots=True)
class NewCodes:
    """Codes that were just made."""

    codes: tuple[str, ...]
    way_on: str  # an address of ours
    notice: str  # what was done


class RecoveryCodesPage:
    """`/accounts/{account}/me/recovery-codes`."""

    def __init__(self, pages: SessionPages) -> None:
        """Takes what the pages share."""
        self._pages = pages
        self._key = totp.sealing_key(pages.app.purpose_keys)

    async def ask(self, page_request: PageRequest) -> Response:
        """A form for the password and a code, for somebody who has a second factor."""
        session = await self._pages.session(page_request)
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        if not session.user.has_totp:
            return self._pages.redirect(page_request, ACCOUNT_PAGE)
        return self._form(page_request, session)

    async def renew(self, page_request: PageRequest) -> Response:
        """Makes new codes, if password and code are right; those from before are void.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, TooManyWrongCodes, PasswordsBusy: not now.
        """
        session = await self._pages.session_of_form(page_request, _PURPOSE)
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        if not session.user.has_totp:
            return self._pages.redirect(page_request, ACCOUNT_PAGE)
        faults = await account_proof.faults_of_both(self._pages, page_request, session)
        if faults:
            return self._form(page_request, session, **faults)
        account, by = page_request.account, actor_of_page(page_request, session.user)
        codes = await self._pages.app.database.write(account.id, _renew, session, self._key, by)
        way_on = self._pages.addresses.of(ACCOUNT_PAGE, account.name)
        shown = NewCodes(codes, way_on, texts.NOTICES["recovery-codes"])
        return show_codes(self._pages, page_request, shown)

    def _form(self, page_request: PageRequest, session: Session, **faults: str) -> Response:
        return self._pages.session_page(
            page_request,
            session,
            "renewal.html",
            purpose=_PURPOSE,
            fault=any(faults.values()),
            faults={"code": "", "password": "", **faults},
        )


def show_codes(
    pages: SessionPages, page_request: PageRequest, new: NewCodes, *, cookie: str | None = None
) -> Response:
    """The one page that shows the codes; `cookie` is that of a session that has just begun."""
    return pages.templates.page(
        "recovery_codes.html",
        more_headers={} if cookie is None else {"Set-Cookie": cookie},
        account_title=title_of(page_request),
        codes=new.codes,
        way_on=new.way_on,
        notice=new.notice,
    )


def _renew(tx: AccountTx, session: Session, key: bytes, by: Actor) -> tuple[str, ...]:
    account_proof.check_unchanged(tx, session)
    return recovery_codes.make(tx, key, session.user, by=by)
