"""The account page of a person: password, connected apps, where they are signed in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from openslot.identity.clients import clients
from openslot.identity.model.session import Session
from openslot.identity.people import (
    consents,
    passwords,
    recovery_codes,
    second_factor,
    sessions,
    users,
)
from openslot.identity.people.passwords import WeakPassword
from openslot.identity.tokens import grants
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis, instant_of_millis
from openslot.kernel.errors import NotFound
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Response
from openslot.web.page_kit.addresses import ACCOUNT_PAGE, SIGN_IN
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.session_pages import SessionPages, actor_of_page
from openslot.web.page_kit.texts import sentences
from openslot.web.sign_in import account_proof, texts

_NO_FAULTS = {"password": "", "new_password": "", "second_factor": "", "code": "", "required": ""}


class AccountPage:
    """`/accounts/{account}/me` and what its forms do; the second factor has a page of its own."""

    def __init__(self, pages: SessionPages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def show(self, page_request: PageRequest) -> Response:
        """The page, for the person who is signed in."""
        session = await self._pages.session(page_request)
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        done = parse_qs(page_request.query.decode("latin-1")).get("done", [""])[0]
        return await self.page(page_request, session, notice=texts.NOTICES.get(done, ""))

    async def page(
        self, page_request: PageRequest, session: Session, *, notice: str = "", **faults: str
    ) -> Response:
        """The page, with what is wrong in a form that was just sent."""
        shown = await self._pages.app.database.read(page_request.account.id, _shown, session)
        return self._pages.session_page(
            page_request,
            session,
            "account.html",
            notice=notice,
            fault=any(faults.values()),
            faults={**_NO_FAULTS, **faults},
            password_hint=texts.PASSWORD_HINT,
            second_factor_is_required=second_factor.is_required(page_request.account, session.user),
            **shown,
        )

    async def change_password(self, page_request: PageRequest) -> Response:
        """Sets a new password, if the current one is right; all that the old one gave ends.

        Raises:
            PageRefused: the form is not one of ours.
            RateLimited, PasswordsBusy: not now.
        """
        session = await self._pages.session_of_form(page_request, "password")
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        if not await account_proof.password_is_right(self._pages, page_request, session):
            return await self.page(page_request, session, password=texts.WRONG_PASSWORD)
        try:
            password = passwords.checked(
                page_request.form.get("new_password", ""), email=session.user.email
            )
        except WeakPassword as weak:
            return await self.page(page_request, session, new_password=texts.too_weak(weak))
        digest = await self._pages.app.passwords.hash(password)
        by = actor_of_page(page_request, session.user)
        text = await self._pages.app.database.write(
            page_request.account.id, _change_password, session, digest, by
        )
        cookie = self._pages.cookies.write(SESSION, page_request.account.name, text)
        return self._pages.redirect(
            page_request, ACCOUNT_PAGE, query="?done=password", cookie=cookie
        )

    async def end_grant(self, page_request: PageRequest) -> Response:
        """Revokes an app's access at once; it must ask for consent again.

        Raises:
            PageRefused: the form is not one of ours.
        """
        grant_id = page_request.parameters["grant"]
        session = await self._pages.session_of_form(page_request, f"end grant {grant_id}")
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        by = actor_of_page(page_request, session.user)
        await self._pages.app.database.write(
            page_request.account.id, _end_grant, session, grant_id, by
        )
        return self._pages.redirect(page_request, ACCOUNT_PAGE, query="?done=app")

    async def end_sessions(self, page_request: PageRequest) -> Response:
        """Signs out in all other browsers.

        Raises:
            PageRefused: the form is not one of ours.
        """
        session = await self._pages.session_of_form(page_request, "end sessions")
        if session is None:
            return self._pages.redirect(page_request, SIGN_IN)
        await self._pages.app.database.write(page_request.account.id, sessions.end_others, session)
        return self._pages.redirect(page_request, ACCOUNT_PAGE, query="?done=sessions")


def _shown(tx: AccountTx, session: Session) -> Mapping[str, Any]:
    """What the page lists: live grants and sessions, and how many recovery codes are left."""
    apps = [
        {
            "id": grant.id,
            "name": _name_of(tx, grant.client_id),
            "since": _day(grant.created_at),
            "sentences": sentences(grant.scopes),
        }
        for grant in grants.live_of_user(tx, session.user.id)
    ]
    browsers = [
        {"since": _time(since), "last_used": _time(used), "here": digest == session.digest}
        for digest, since, used in sessions.of_user(tx, session.user.id)
    ]
    left = recovery_codes.left(tx, session.user)
    return {"apps": apps, "sessions": browsers, "recovery_codes_left": left}


def _name_of(tx: AccountTx, client_id: str) -> str:
    try:
        return clients.by_client_id(tx, client_id).name
    except NotFound:  # it was deleted a moment ago; its grants end with it
        return client_id


def _change_password(tx: AccountTx, session: Session, digest: str, by: Actor) -> str:
    """Replaces the password, and begins the one session that is left: the text of its cookie."""
    account_proof.check_unchanged(tx, session)
    user = users.set_password(tx, session.user, digest, invitation=None, by=by)
    return sessions.start(tx, user)


def _end_grant(tx: AccountTx, session: Session, grant_id: str, by: Actor) -> None:
    for grant in grants.live_of_user(tx, session.user.id):
        if grant.id == grant_id:
            grants.end(tx, grant, by=by, why="revoked")
            consents.withdraw(tx, session.user.id, grant.client_id)


def _day(millis: Millis) -> str:
    instant = instant_of_millis(millis)
    return f"{instant.day} {instant:%B %Y}"


def _time(millis: Millis) -> str:
    instant = instant_of_millis(millis)
    return f"{instant.day} {instant:%B, %H:%M} UTC"
