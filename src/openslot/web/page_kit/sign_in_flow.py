"""The steps of signing in, the same wherever a page asks for them.

Both forms post to the address of the page itself, so it is not stored where somebody
wanted to go, and a browser is never sent to an address from a request.
"""

from dataclasses import dataclass

from openslot.identity.people import sign_in as identity
from openslot.identity.people.sign_in_outcomes import (
    EnrolmentNeeded,
    SecondFactorNeeded,
    SignedIn,
    SignInRefused,
    TicketVoid,
    WrongSecondFactor,
)
from openslot.web.http.response import Response
from openslot.web.page_kit import texts
from openslot.web.page_kit.addresses import ACCOUNT_SECOND_FACTOR
from openslot.web.page_kit.cookies import SESSION, TICKET
from openslot.web.page_kit.page_request import STEP, PageRequest
from openslot.web.page_kit.refusals import sign_in_over
from openslot.web.page_kit.session_pages import SessionPages

SIGN_IN, SECOND_FACTOR = "sign-in", "second-factor"
STEPS = frozenset({SIGN_IN, SECOND_FACTOR})
FIELDS = frozenset({"email", "password", "code", "ticket", "recovery"})  # of the forms


@dataclass(frozen=True, slots=True)
class HostPage:
    """The page that asks somebody to sign in."""

    action: str  # its own address
    client_name: str | None = None  # of the client that wants to know
    continues: str = ""  # the authorization request that signing in is for, as a query


class SignInFlow:
    """One request of a browser that is to sign in."""

    def __init__(self, pages: SessionPages, page_request: PageRequest, host: HostPage) -> None:
        """`pages` may have the templates of any room."""
        self._pages = pages
        self._request = page_request
        self._host = host

    def ask(self, *, fault: str = "", email: str = "") -> Response:
        """The page with the first form."""
        return self._pages.form_page(
            self._request,
            SIGN_IN,
            "sign_in.html",
            action=self._host.action,
            client_name=self._host.client_name,
            fault=fault,
            email=email,
        )

    async def take_form(self) -> Response | str:
        """Takes one of the forms: the next page to show, or the `Set-Cookie` of a new session.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, TooManyWrongCodes: too many attempts.
            PasswordsBusy: too many people sign in at this moment.
        """
        if self._field(STEP) == SECOND_FACTOR:
            return await self._take_code()
        return await self._take_password()

    async def _take_password(self) -> Response | str:
        self._pages.check_form(self._request, SIGN_IN)
        email = self._field("email")
        self._count_attempt(email)
        try:
            signed_in = await identity.sign_in(
                self._pages.app,
                self._request.account.name,
                email,
                self._field("password"),
                None,
                self._request.address,
                self._request.request_id,
            )
        except SecondFactorNeeded as needed:
            self._take_attempt_back(email)
            return self._ask_for_code(email, needed.ticket)
        except EnrolmentNeeded as needed:
            self._take_attempt_back(email)
            return await self._to_enrolment(needed.ticket)
        except SignInRefused:
            self._count_failure()
            return self.ask(fault=texts.NOT_SIGNED_IN, email=email)
        self._take_attempt_back(email)
        return await self._cookie(signed_in)

    async def _take_code(self) -> Response | str:
        email, ticket = self._field("email"), self._field("ticket")
        self._pages.check_form(self._request, _purpose_of_code(email, ticket))
        if self._field("recovery") and not self._field("code"):
            return self._ask_for_code(email, ticket)
        self._count_attempt(email)
        try:
            signed_in = await identity.second_factor(
                self._pages.app,
                self._request.account.name,
                ticket,
                self._field("code"),
                self._request.address,
                self._request.request_id,
            )
        except WrongSecondFactor:
            self._count_failure()
            wrong = texts.WRONG_RECOVERY_CODE if self._field("recovery") else texts.WRONG_CODE
            return self._ask_for_code(email, ticket, fault=wrong)
        except TicketVoid:
            self._count_failure()
            return self.ask(fault=texts.TOO_MANY_CODES, email=email)
        except SignInRefused:
            self._count_failure()
            raise sign_in_over() from None
        self._take_attempt_back(email)
        return await self._cookie(signed_in)

    def _ask_for_code(self, email: str, ticket: str, *, fault: str = "") -> Response:
        return self._pages.form_page(
            self._request,
            _purpose_of_code(email, ticket),
            "second_factor.html",
            action=self._host.action,
            email=email,
            ticket=ticket,
            fault=fault,
            recovery=bool(self._field("recovery")),
        )

    async def _to_enrolment(self, ticket: str) -> Response:
        """Sends the browser on to set up a second factor; the cookie stands for a session there.

        The session of an earlier cookie ends: it may be another user's.
        """
        await self._pages.end_session(self._request)
        account = self._request.account.name
        query = f"?{self._host.continues}" if self._host.continues else ""
        cookie = self._pages.cookies.write(TICKET, account, ticket)
        return self._pages.redirect(
            self._request, ACCOUNT_SECOND_FACTOR, cookie=cookie, query=query
        )

    async def _cookie(self, signed_in: SignedIn) -> str:
        """Of a new session (OWASP: session fixation); the one of an earlier cookie ends."""
        await self._pages.end_session(self._request)
        return self._pages.cookies.write(SESSION, self._request.account.name, signed_in.text)

    def _count_attempt(self, email: str) -> None:
        throttle = self._pages.sign_in_throttle
        throttle.ask(self._request.account.id, email, self._request.address)

    def _take_attempt_back(self, email: str) -> None:
        throttle = self._pages.sign_in_throttle
        throttle.right(self._request.account.id, email, self._request.address)

    def _count_failure(self) -> None:
        self._pages.sign_in_throttle.wrong(self._request.address)

    def _field(self, name: str) -> str:
        return self._request.form.get(name, "")


def _purpose_of_code(email: str, ticket: str) -> str:
    """Ties the address to the ticket: codes are counted for whoever the password was of."""
    return f"{SECOND_FACTOR} {email} {ticket}"
