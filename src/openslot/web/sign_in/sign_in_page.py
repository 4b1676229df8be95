"""Signing in and out, where no client asked for it."""

from openslot.web.http.response import Response
from openslot.web.page_kit import sign_in_flow
from openslot.web.page_kit.addresses import OWN_ACCOUNT, SIGN_IN
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.pages import Pages, title_of
from openslot.web.page_kit.sign_in_flow import Place

_SIGN_OUT = "sign-out"


class SignInPage:
    """`/accounts/{account}/sign-in` and `…/sign-out`."""

    def __init__(self, pages: Pages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def ask(self, page_request: PageRequest) -> Response:
        """The form, or one's own page for who is signed in already."""
        if await self._pages.session(page_request):
            return self._pages.to(page_request, OWN_ACCOUNT)
        return sign_in_flow.ask(self._pages, page_request, self._place(page_request))

    async def sign_in(self, page_request: PageRequest) -> Response:
        """Takes a form of it."""
        answer = await sign_in_flow.answer(self._pages, page_request, self._place(page_request))
        if isinstance(answer, Response):
            return answer
        return self._pages.to(page_request, OWN_ACCOUNT, cookie=answer)

    async def ask_to_sign_out(self, page_request: PageRequest) -> Response:
        """A button: reading an address never signs anybody out."""
        session = await self._pages.session(page_request)
        if session is None:
            return self._pages.to(page_request, SIGN_IN)
        return self._pages.own_page(page_request, session, "sign_out.html")

    async def sign_out(self, page_request: PageRequest) -> Response:
        """Ends this browser's session, and says so."""
        from openslot.web.page_kit.rendering import page  # noqa: PLC0415  (templates: 40 ms)

        pages, account = self._pages, page_request.account
        if page_request.session_cookie is not None:
            pages.check_form(page_request, _SIGN_OUT, signed_in=True)
            await pages.end_session(page_request)
        return page(
            "signed_out.html",
            more_headers={"Set-Cookie": pages.cookies.clear(SESSION, account.name)},
            account_title=title_of(page_request),
            sign_in=pages.addresses.of(SIGN_IN, account.name),
        )

    def _place(self, page_request: PageRequest) -> Place:
        return Place(action=self._pages.addresses.of(SIGN_IN, page_request.account.name))
