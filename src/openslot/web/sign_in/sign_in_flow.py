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
from openslot.web.http.response import Reply
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import STEP, Visit
from openslot.web.sign_in import texts
from openslot.web.sign_in.pages import Pages

SIGN_IN, SECOND_FACTOR = "sign-in", "second-factor"
STEPS = frozenset({SIGN_IN, SECOND_FACTOR})


@dataclass(frozen=True, slots=True)
class Place:
    """The page that asks somebody to sign in."""

    action: str  # its own address
    client_name: str | None = None  # who wants to know
    leads_to: str | None = None  # where signing in may end, for the page's policy


def ask(pages: Pages, visit: Visit, place: Place, *, fault: str = "", email: str = "") -> Reply:
    """The page with the first form."""
    return pages.form_page(
        visit,
        SIGN_IN,
        "sign_in.html",
        action=place.action,
        client_name=place.client_name,
        leads_to=place.leads_to,
        fault=fault,
        email=email,
    )


async def answer(pages: Pages, visit: Visit, place: Place) -> Reply | str:
    """Takes one of the forms: the next page to show, or the `Set-Cookie` of a new session.

    Raises:
        Refused: the form is not one of ours.
        RateLimited: too many attempts.
        PasswordsBusy: too many people sign in at this moment.
    """
    if visit.form.get(STEP) == SECOND_FACTOR:
        return await _second(pages, visit, place)
    return await _first(pages, visit, place)


async def _first(pages: Pages, visit: Visit, place: Place) -> Reply | str:
    pages.check_form(visit, SIGN_IN, signed_in=False)
    email, password = visit.form.get("email", ""), visit.form.get("password", "")
    pages.throttle.ask(visit.account.id, email, visit.address)
    try:
        signed_in = await identity.sign_in(
            pages.app, visit.account.name, email, password, None, visit.address, visit.request_id
        )
    except SecondFactorNeeded as needed:
        return _ask_for_code(pages, visit, place, email, needed.ticket)
    except SignInRefused:
        pages.throttle.wrong(visit.address)
        return ask(pages, visit, place, fault=texts.NOT_SIGNED_IN, email=email)
    return await _cookie(pages, visit, signed_in)


async def _second(pages: Pages, visit: Visit, place: Place) -> Reply | str:
    email, ticket = visit.form.get("email", ""), visit.form.get("ticket", "")
    pages.check_form(visit, _code_purpose(email, ticket), signed_in=False)
    pages.throttle.ask(visit.account.id, email, visit.address)
    try:
        signed_in = await identity.second_factor(
            pages.app,
            visit.account.name,
            ticket,
            visit.form.get("code", ""),
            visit.address,
            visit.request_id,
        )
    except WrongSecondFactor:
        pages.throttle.wrong(visit.address)
        return _ask_for_code(pages, visit, place, email, ticket, fault=texts.WRONG_CODE)
    except SignInRefused:
        pages.throttle.wrong(visit.address)
        return ask(pages, visit, place, fault=texts.BEGIN_AGAIN, email=email)
    return await _cookie(pages, visit, signed_in)


def _ask_for_code(
    pages: Pages, visit: Visit, place: Place, email: str, ticket: str, *, fault: str = ""
) -> Reply:
    values: dict[str, Any] = {"email": email, "ticket": ticket, "fault": fault}
    return pages.form_page(
        visit,
        _code_purpose(email, ticket),
        "second_factor.html",
        action=place.action,
        leads_to=place.leads_to,
        **values,
    )


def _code_purpose(email: str, ticket: str) -> str:
    """Ties the address to the ticket: codes are counted for whoever the password was of."""
    return f"{SECOND_FACTOR} {email} {ticket}"


async def _cookie(pages: Pages, visit: Visit, signed_in: SignedIn) -> str:
    """Of a new session, whatever cookie there was (OWASP: session fixation); that one's ends."""
    await pages.end_session(visit)
    return pages.cookies.write(SESSION, visit.account.name, signed_in.text)
