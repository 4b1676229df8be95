"""Whose request it is: the account that the browser signed in to last, and the session there."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import structlog

from openslot.app import App
from openslot.identity import accounts
from openslot.identity.model.session import Session
from openslot.identity.people import sessions
from openslot.kernel.errors import OpenslotError
from openslot.kernel.scopes import APPOINTMENTS_MANAGE
from openslot.storage.accounts import Account
from openslot.storage.transactions import Database
from openslot.web.console.frame.appointments.attention_count import attention_count
from openslot.web.http.transport import Headers
from openslot.web.page_kit.cookies import SESSION, Cookies

_CONSOLE, _ACCOUNT = "console", "account"  # together the name of the cookie
_MOST_LOOKED_AT = 20  # sessions of one browser
_WHY = "a cookie says which account"
# Finds the session of a cookie in an account; it may note that it was used.
SessionLookUp = Callable[[Database, str, str], Awaitable[Session | None]]


@dataclass(frozen=True)
class Caller:
    """Somebody who is signed in."""

    account: Account
    session: Session
    cookie: str  # the text of the session's
    # How many appointments need somebody, for those who may look after them; None: not known.
    attention: int | None = 0


class Callers:
    """Finds who sends requests."""

    def __init__(self, app: App, cookies: Cookies) -> None:
        """`cookies` are those of the sign-in pages: a session serves both."""
        self._database = app.database
        self._cookies = cookies
        self._log = structlog.get_logger("openslot.web")

    async def find(
        self, headers: Headers, look_up: SessionLookUp = sessions.look_up
    ) -> Caller | None:
        """Who is signed in; None: nobody is."""
        named = self._cookies.read(headers, _CONSOLE, _ACCOUNT)
        if named is not None:
            return await self.of_account(headers, named, look_up)
        names = self._cookies.accounts(headers, SESSION)[:_MOST_LOOKED_AT]
        found = [await self.of_account(headers, name, look_up) for name in names]
        live = [caller for caller in found if caller is not None]
        return live[0] if len(live) == 1 else None

    async def of_account(
        self, headers: Headers, name: str, look_up: SessionLookUp = sessions.look_up
    ) -> Caller | None:
        """Who is signed in to one account."""
        cookie = self._cookies.read(headers, SESSION, name)
        if cookie is None:
            return None
        account = await self._database.read_system(_WHY, accounts.by_name, name)
        if account is None:
            return None
        session = await look_up(self._database, account.id, cookie)
        return None if session is None else Caller(account, session, cookie)

    async def with_attention(self, caller: Caller) -> Caller:
        """The caller, with how many appointments need somebody.

        A page is shown without the number where that cannot be counted.
        """
        if APPOINTMENTS_MANAGE not in caller.session.user.scopes:
            return caller
        try:
            count = await self._database.read(caller.account.id, attention_count)
        except Exception as error:
            if not isinstance(error, OpenslotError):
                self._log.error("what needs attention was not counted", exc_info=error)
            return replace(caller, attention=None)
        return replace(caller, attention=count)

    async def of_cookie(self, name: str, cookie: str) -> Caller | None:
        """Who has a cookie that the browser does not show yet."""
        account = await self.account_named(name)
        if account is None:
            return None
        session = await self._database.read(account.id, sessions.find, cookie)
        return None if session is None else Caller(account, session, cookie)

    async def end_session(self, headers: Headers, name: str) -> None:
        """Ends whatever session this browser has in an account."""
        caller = await self.of_account(headers, name)
        if caller is not None:
            await self._database.write(caller.account.id, sessions.end, caller.session)

    def named(self, headers: Headers) -> str:
        """The name of the console's account; "" where no cookie says it."""
        return self._cookies.read(headers, _CONSOLE, _ACCOUNT) or ""

    async def account_named(self, name: str) -> Account | None:
        """An account by its name."""
        return await self._database.read_system(_WHY, accounts.by_name, name)

    def choose(self, account: str) -> str:
        """The `Set-Cookie` by which an account becomes the console's."""
        return self._cookies.write(_CONSOLE, _ACCOUNT, account)

    def forget(self) -> str:
        """The `Set-Cookie` after which no account is."""
        return self._cookies.clear(_CONSOLE, _ACCOUNT)
