"""Signing in and out, where no client asked for it."""

from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import ACCOUNT_PAGE, SIGN_IN
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.pages import title_of
from openslot.web.page_kit.session_pages import SessionPages
from openslot.web.page_kit.sign_in_flow import HostPage, SignInFlow

_SIGN_OUT = "sign-out"


class SignInPage:
    """`/accounts/{account}/sign-in` and `…/sign-out`."""

    def __init__(self, pages: SessionPages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def ask(self, page_request: PageRequest) -> Response:
        """The form, or the account page for a person who is signed in already."""
        if await self._pages.session(page_request):
            return self._pages.redirect(page_request, ACCOUNT_PAGE)
        return self._flow(page_request).ask()

    async def sign_in(self, page_request: PageRequest) -> Response:
        """Takes one of the forms.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, PasswordsBusy: not now.
        """
        outcome = await self._flow(page_request).take_form()
        if isinstance(outcome, Response):
            return outcome
        return self._pages.redirect(page_request, ACCOUNT_PAGE, cookie=outcome)

    async def ask_to_sign_out(self, page_request: PageRequest) -> Response:
        """A button: reading an address never signs anybody out."""
        session = await self._pages.session(page_request)
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        return self._pages.session_page(page_request, session, "sign_out.html")

    async def sign_out(self, page_request: PageRequest) -> Response:
        """Ends this browser's session, and says so.

        Raises:
            PageRefused: the form is not one of ours.
        """
        pages, account = self._pages, page_request.account
        if page_request.session_cookie is not None:
            pages.check_session_form(page_request, _SIGN_OUT)
            await pages.end_session(page_request)
        return pages.templates.page(
            "signed_out.html",
            more_headers={"Set-Cookie": pages.cookies.clear(SESSION, account.name)},
            account_title=title_of(page_request),
            sign_in=pages.addresses.of(SIGN_IN, account.name),
            account_page=pages.addresses.of(ACCOUNT_PAGE, account.name),
        )

    def _flow(self, page_request: PageRequest) -> SignInFlow:
        action = self._pages.addresses.of(SIGN_IN, page_request.account.name)
        return SignInFlow(self._pages, page_request, HostPage(action))
