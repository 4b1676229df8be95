"""Who sets up a second factor: somebody who is signed in, or who must before they are.

In the second case the account requires it of their role, and a ticket in a cookie says whose
password was right a moment ago.
"""

import base64
from dataclasses import dataclass

from openslot.identity.keys.master_key import WrongMasterKey, seal, unseal
from openslot.identity.model.session import Session
from openslot.identity.model.user import User
from openslot.identity.people import enrolment, sign_in_ticket
from openslot.identity.people.sign_in_ticket import PasswordShown
from openslot.web.page_kit.cookies import TICKET
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.session_pages import SessionPages


@dataclass(frozen=True, slots=True)
class Enroller:
    """Somebody who may set up a second factor now."""

    user: User
    cookie: str  # what shows it, and what the forms are bound to
    by: Session | PasswordShown

    @property
    def needs_password(self) -> bool:
        """Whether the form for a new secret asks for it: it has not been asked a moment ago."""
        return isinstance(self.by, Session) and not self.user.has_totp

    def seal(self, key: bytes, secret: str) -> str:
        """A secret for a form, of use for this person as they are now, in this browser alone."""
        return base64.urlsafe_b64encode(seal(key, secret.encode(), self._context)).decode()

    def unseal(self, key: bytes, text: str) -> str | None:
        """The secret that `seal` sealed; None: it was another's, or before they changed."""
        try:
            sealed = base64.b64decode(text.encode("ascii"), b"-_", validate=True)
            return unseal(key, sealed, self._context).decode()
        except (ValueError, WrongMasterKey):
            return None

    @property
    def _context(self) -> str:
        return f"setting up {self.user.id} {self.user.version} {self.cookie}"


async def enroller_of(pages: SessionPages, page_request: PageRequest) -> Enroller | None:
    """Whose request it is; None: nobody who may see it."""
    session = await pages.session(page_request)
    if session is not None:
        return Enroller(session.user, page_request.session_cookie or "", session)
    account = page_request.account
    ticket = pages.cookies.read(page_request.headers, TICKET, account.name) or ""
    shown = sign_in_ticket.read(pages.app.purpose_keys, account.id, ticket)
    if shown is None:
        return None
    user = await pages.app.database.read(account.id, enrolment.user_of, shown)
    return None if user is None else Enroller(user, ticket, shown)
