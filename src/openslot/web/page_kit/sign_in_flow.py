"""The steps of signing in, the same wherever a page asks for them.

Both forms post to the address of the page itself, so that nothing has to be remembered of where
somebody wanted to go, and no address from a request is ever gone to.
"""

from dataclasses import dataclass
from typing import Any

from openslot.identity.people import sign_in as identity
from openslot.identity.people.sign_in import (
    SecondFactorNeeded,
    SignedIn,
    SignInRefused,
    WrongSecondFactor,
)
from openslot.web.http.response import Response
from openslot.web.page_kit import texts
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import STEP, PageRequest
from openslot.web.page_kit.pages import Pages

SIGN_IN, SECOND_FACTOR = "sign-in", "second-factor"
STEPS = frozenset({SIGN_IN, SECOND_FACTOR})


@dataclass(frozen=True, slots=True)
class Place:
    """The page that asks somebody to sign in."""

    action: str  # its own address
    client_name: str | None = None  # who wants to know
    leads_to: str | None = None  # where signing in may end, for the page's policy


def ask(
    pages: Pages, page_request: PageRequest, place: Place, *, fault: str = "", email: str = ""
) -> Response:
    """The page with the first form."""
    return pages.form_page(
        page_request,
        SIGN_IN,
        "sign_in.html",
        action=place.action,
        client_name=place.client_name,
        leads_to=place.leads_to,
        fault=fault,
        email=email,
    )


async def answer(pages: Pages, page_request: PageRequest, place: Place) -> Response | str:
    """Takes one of the forms: the next page to show, or the `Set-Cookie` of a new session.

    Raises:
        PageRefused: the form is not one of ours.
        RateLimited: too many attempts.
        PasswordsBusy: too many people sign in at this moment.
    """
    if page_request.form.get(STEP) == SECOND_FACTOR:
        return await _second(pages, page_request, place)
    return await _first(pages, page_request, place)


async def _first(pages: Pages, page_request: PageRequest, place: Place) -> Response | str:
    pages.check_form(page_request, SIGN_IN, signed_in=False)
    email, password = page_request.form.get("email", ""), page_request.form.get("password", "")
    pages.throttle.ask(page_request.account.id, email, page_request.address)
    try:
        signed_in = await identity.sign_in(
            pages.app,
            page_request.account.name,
            email,
            password,
            None,
            page_request.address,
            page_request.request_id,
        )
    except SecondFactorNeeded as needed:
        return _ask_for_code(pages, page_request, place, email, needed.ticket)
    except SignInRefused:
        pages.throttle.wrong(page_request.address)
        return ask(pages, page_request, place, fault=texts.NOT_SIGNED_IN, email=email)
    return await _cookie(pages, page_request, signed_in)


async def _second(pages: Pages, page_request: PageRequest, place: Place) -> Response | str:
    email, ticket = page_request.form.get("email", ""), page_request.form.get("ticket", "")
    pages.check_form(page_request, _code_purpose(email, ticket), signed_in=False)
    pages.throttle.ask(page_request.account.id, email, page_request.address)
    try:
        signed_in = await identity.second_factor(
            pages.app,
            page_request.account.name,
            ticket,
            page_request.form.get("code", ""),
            page_request.address,
            page_request.request_id,
        )
    except WrongSecondFactor:
        pages.throttle.wrong(page_request.address)
        return _ask_for_code(pages, page_request, place, email, ticket, fault=texts.WRONG_CODE)
    except SignInRefused:
        pages.throttle.wrong(page_request.address)
        return ask(pages, page_request, place, fault=texts.BEGIN_AGAIN, email=email)
    return await _cookie(pages, page_request, signed_in)


def _ask_for_code(
    pages: Pages,
    page_request: PageRequest,
    place: Place,
    email: str,
    ticket: str,
    *,
    fault: str = "",
) -> Response:
    values: dict[str, Any] = {"email": email, "ticket": ticket, "fault": fault}
    return pages.form_page(
        page_request,
        _code_purpose(email, ticket),
        "second_factor.html",
        action=place.action,
        leads_to=place.leads_to,
        **values,
    )


def _code_purpose(email: str, ticket: str) -> str:
    """Ties the address to the ticket: codes are counted for whoever the password was of."""
    return f"{SECOND_FACTOR} {email} {ticket}"


async def _cookie(pages: Pages, page_request: PageRequest, signed_in: SignedIn) -> str:
    """Of a new session, whatever cookie there was (OWASP: session fixation); that one's ends."""
    await pages.end_session(page_request)
    return pages.cookies.write(SESSION, page_request.account.name, signed_in.text)
