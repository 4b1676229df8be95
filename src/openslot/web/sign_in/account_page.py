"""One's own page: password, second step, programs that were let in, where one is signed in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from openslot.identity.clients import clients
from openslot.identity.people import consents, passwords, sessions, users
from openslot.identity.people.passwords import WeakPassword
from openslot.identity.people.sessions import Session
from openslot.identity.tokens import grants
from openslot.kernel.actor import Actor
from openslot.kernel.clock import Millis, instant_of_millis
from openslot.kernel.errors import NotFound
from openslot.storage.transactions import AccountTx
from openslot.web.http.response import Reply
from openslot.web.page_kit.cookies import SESSION
from openslot.web.page_kit.page_request import Visit
from openslot.web.sign_in import account_password, texts
from openslot.web.sign_in.addresses import OWN_ACCOUNT, SIGN_IN
from openslot.web.sign_in.pages import Pages

_NO_FAULTS = {"password": "", "new_password": "", "second_factor": ""}


class OwnAccount:
    """`/accounts/{account}/me` and what its forms do; the second step has pages of its own."""

    def __init__(self, pages: Pages) -> None:
        """Takes what the pages share."""
        self._pages = pages

    async def show(self, visit: Visit) -> Reply:
        """The page, for who is signed in."""
        session = await self._pages.session(visit)
        if session is None:
            return self._pages.to(visit, SIGN_IN)
        done = parse_qs(visit.query.decode("latin-1")).get("done", [""])[0]
        return await self.page(visit, session, notice=texts.NOTICES.get(done, ""))

    async def page(
        self, visit: Visit, session: Session, *, notice: str = "", **faults: str
    ) -> Reply:
        """The page, with what is wrong in a form that was just sent."""
        shown = await self._pages.app.database.read(visit.account.id, _shown, session)
        return self._pages.own_page(
            visit,
            session,
            "own_account.html",
            notice=notice,
            fault=any(faults.values()),
            faults={**_NO_FAULTS, **faults},
            password_hint=texts.PASSWORD_HINT,
            **shown,
        )

    async def change_password(self, visit: Visit) -> Reply:
        """Takes another password from who knows the present one; other browsers are signed out.

        Raises:
            Refused: the form is not one of ours.
            RateLimited, PasswordsBusy: not now.
        """
        session = await self._pages.session_of_form(visit, "password")
        if session is None:
            return self._pages.to(visit, SIGN_IN)
        if not await account_password.is_right(self._pages, visit, session):
            return await self.page(visit, session, password=texts.WRONG_PASSWORD)
        try:
            password = passwords.checked(
                visit.form.get("new_password", ""), email=session.user.email
            )
        except WeakPassword as weak:
            return await self.page(visit, session, new_password=f"It {weak.faults[0].detail}.")
        digest = await self._pages.app.passwords.hash(password)
        by = self._pages.actor(visit, session.user)
        text = await self._pages.app.database.write(
            visit.account.id, _change_password, session, digest, by
        )
        cookie = self._pages.cookies.write(SESSION, visit.account.name, text)
        return self._pages.to(visit, OWN_ACCOUNT, query="?done=password", cookie=cookie)

    async def end_grant(self, visit: Visit) -> Reply:
        """Ends what a program may do, at once; it has to ask again."""
        grant_id = visit.parameters["grant"]
        session = await self._pages.session_of_form(visit, f"end grant {grant_id}")
        if session is None:
            return self._pages.to(visit, SIGN_IN)
        by = self._pages.actor(visit, session.user)
        await self._pages.app.database.write(visit.account.id, _end_grant, session, grant_id, by)
        return self._pages.to(visit, OWN_ACCOUNT, query="?done=app")

    async def end_sessions(self, visit: Visit) -> Reply:
        """Signs every other browser out."""
        session = await self._pages.session_of_form(visit, "end sessions")
        if session is None:
            return self._pages.to(visit, SIGN_IN)
        await self._pages.app.database.write(visit.account.id, sessions.end_others, session)
        return self._pages.to(visit, OWN_ACCOUNT, query="?done=sessions")


def _shown(tx: AccountTx, session: Session) -> Mapping[str, Any]:
    """What the page lists: live grants and sessions."""
    apps = [
        {
            "id": grant.id,
            "name": _name_of(tx, grant.client_id),
            "since": _day(grant.created_at),
            "sentences": texts.sentences(grant.scopes),
        }
        for grant in grants.live_of_user(tx, session.user.id)
    ]
    browsers = [
        {"since": _time(since), "last_used": _time(used), "here": digest == session.digest}
        for digest, since, used in sessions.of_user(tx, session.user.id)
    ]
    return {"apps": apps, "sessions": browsers}


def _name_of(tx: AccountTx, client_id: str) -> str:
    try:
        return clients.by_client_id(tx, client_id).name
    except NotFound:  # it was deleted; its grants ended with it, and a moment may lie between
        return client_id


def _change_password(tx: AccountTx, session: Session, digest: str, by: Actor) -> str:
    """Replaces the password, and begins the one session that is left: the text of its cookie."""
    account_password.check_unchanged(tx, session)
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
