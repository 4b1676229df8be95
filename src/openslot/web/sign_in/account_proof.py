"""What a person must show who changes how they sign in: their password, and a code if there is one.

A browser that was left signed in is not enough to lock its owner out.
"""

from collections.abc import Mapping

from openslot.identity.model.session import Session
from openslot.identity.people import second_factor, users
from openslot.identity.people.second_factor import CodeRule
from openslot.kernel.actor import Actor
from openslot.storage.transactions import AccountTx
from openslot.web.page_kit.page_request import PageRequest
from openslot.web.page_kit.refusals import foreign_form
from openslot.web.page_kit.session_pages import SessionPages, actor_of_page
from openslot.web.sign_in import texts


async def password_is_right(
    pages: SessionPages, page_request: PageRequest, session: Session
) -> bool:
    """Whether the form's `password` is the user's; a wrong one counts as it does at sign-in.

    Raises:
        RateLimited: too many attempts.
        PasswordsBusy: too many people sign in at this moment.
    """
    throttle, address = pages.sign_in_throttle, page_request.address
    counted = (page_request.account.id, session.user.email, address)
    throttle.ask(*counted)
    digest = await pages.app.database.read(
        page_request.account.id, users.password_digest, session.user.id
    )
    right = await pages.app.passwords.verifies(digest, page_request.form.get("password", ""))
    if right:
        throttle.right(*counted)
    else:
        throttle.wrong(address)
    return right


async def faults_of_both(
    pages: SessionPages, page_request: PageRequest, session: Session
) -> Mapping[str, str]:
    """What is wrong with the form's `password` and `code`, by field: the code is used up.

    A code is compared only after the password was right.

    Raises:
        RateLimited, TooManyWrongCodes: too many attempts.
        PasswordsBusy: too many people sign in at this moment.
    """
    if not await password_is_right(pages, page_request, session):
        return {"password": texts.WRONG_PASSWORD}
    rule, by = (
        CodeRule.of(pages.app.settings, pages.app.purpose_keys),
        actor_of_page(page_request, session.user),
    )
    code = page_request.form.get("code", "")
    right = await pages.app.database.write(
        page_request.account.id, _accept, session, rule, code, by
    )
    return {} if right else {"code": texts.WRONG_PRESENT_CODE}


def check_unchanged(tx: AccountTx, session: Session) -> None:
    """Passes when the user was not changed since the password was compared.

    Raises:
        PageRefused: somebody has changed them; the form can be sent again.
    """
    if users.by_id(tx, session.user.id).version != session.user.version:
        raise foreign_form()


def _accept(tx: AccountTx, session: Session, rule: CodeRule, code: str, by: Actor) -> bool:
    check_unchanged(tx, session)
    return second_factor.accept(tx, rule, session.user, code, by=by)
