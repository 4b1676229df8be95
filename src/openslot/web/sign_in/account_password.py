"""A person who changes how they sign in must know their current password.

A browser that was left signed in is not enough to lock its owner out.
"""

from openslot.identity.model.session import Session
from openslot.identity.people import users
from openslot.storage.transactions import AccountTx
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.refusals import foreign_form
from openslot.web.page_kit.session_pages import SessionPages


async def is_right(pages: SessionPages, page_request: PageRequest, session: Session) -> bool:
    """Whether the form's `password` is the user's; counted like an attempt to sign in.

    Raises:
        RateLimited: too many attempts.
        PasswordsBusy: too many people sign in at this moment.
    """
    pages.sign_in_throttle.ask(page_request.account.id, session.user.email, page_request.address)
    digest = await pages.app.database.read(
        page_request.account.id, users.password_digest, session.user.id
    )
    right = await pages.app.passwords.verifies(digest, page_request.form.get("password", ""))
    if not right:
        pages.sign_in_throttle.wrong(page_request.address)
    return right


def check_unchanged(tx: AccountTx, session: Session) -> None:
    """Passes when the user was not changed since the password was compared.

    Raises:
        PageRefused: somebody has changed them; the form can be sent again.
    """
    if users.by_id(tx, session.user.id).version != session.user.version:
        raise foreign_form()
