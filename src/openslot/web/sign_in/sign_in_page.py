"""Signing in and out, where no client asked for it."""

from openslot.web.http.response import Reply
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import Visit
from openslot.web.sign_in import sign_in_flow
from openslot.web.sign_in.addresses import OWN_ACCOUNT, SIGN_IN
from openslot.web.sign_in.pages import Pages, title_of
from openslot.web.sign_in.sign_in_flow import Place

_SIGN_OUT = "sign-out"


class SignInPage:
    """`/accounts/{account}/sign-in` and `…/sign-out`."""

    def __init__(self, pages: Pages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def ask(self, visit: Visit) -> Reply:
        """The form, or one's own page for who is signed in already."""
        if await self._pages.session(visit):
            return self._pages.to(visit, OWN_ACCOUNT)
        return sign_in_flow.ask(self._pages, visit, self._place(visit))

    async def sign_in(self, visit: Visit) -> Reply:
        """Takes a form of it."""
        answer = await sign_in_flow.answer(self._pages, visit, self._place(visit))
        if isinstance(answer, Reply):
            return answer
        return self._pages.to(visit, OWN_ACCOUNT, cookie=answer)

    async def ask_to_sign_out(self, visit: Visit) -> Reply:
        """A button: reading an address never signs anybody out."""
        session = await self._pages.session(visit)
        if session is None:
            return self._pages.to(visit, SIGN_IN)
        return self._pages.own_page(visit, session, "sign_out.html")

    async def sign_out(self, visit: Visit) -> Reply:
        """Ends this browser's session, and says so."""
        from openslot.web.page_kit.rendering import page  # noqa: PLC0415  (templates: 40 ms)

        pages, account = self._pages, visit.account
        if visit.session_cookie is not None:
            pages.check_form(visit, _SIGN_OUT, signed_in=True)
            await pages.end_session(visit)
        return page(
            "signed_out.html",
            more_headers={"Set-Cookie": pages.cookies.clear(SESSION, account.name)},
            account_title=title_of(visit),
            sign_in=pages.addresses.of(SIGN_IN, account.name),
        )

    def _place(self, visit: Visit) -> Place:
        return Place(action=self._pages.addresses.of(SIGN_IN, visit.account.name))
