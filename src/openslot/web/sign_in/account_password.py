"""Whoever changes how they sign in shows first that they know their password.

A browser that was left signed in is not enough to lock its owner out.
"""

from openslot.identity.model.session import Session
from openslot.identity.people import users
from openslot.identity.store import user_credentials
from openslot.storage.transactions import AccountTx
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.refusals import foreign_form
from openslot.web.sign_in.pages import Pages


async def is_right(pages: Pages, page_request: PageRequest, session: Session) -> bool:
    """Whether the form's `password` is the user's; counted like an attempt to sign in.

    Raises:
        RateLimited: too many attempts.
        PasswordsBusy: too many people sign in at this moment.
    """
    pages.throttle.ask(page_request.account.id, session.user.email, page_request.address)
    digest = await pages.app.database.read(
        page_request.account.id, user_credentials.password_digest, session.user.id
    )
    right = await pages.app.passwords.verifies(digest, page_request.form.get("password", ""))
    if not right:
        pages.throttle.wrong(page_request.address)
    return right


def check_unchanged(tx: AccountTx, session: Session) -> None:
    """Passes when the user is still as they were when the password was compared.

    Raises:
        Refused: somebody has changed them meanwhile; the form can be sent again.
    """
    if users.by_id(tx, session.user.id).version != session.user.version:
        raise foreign_form()
