"""Every page of signing in and of one's own account."""

from collections.abc import Mapping

from starlette.routing import Route

from openslot.web.page_kit import sign_in_flow
from openslot.web.page_kit.addresses import ACCOUNT_PAGE, ACCOUNT_SECOND_FACTOR, SIGN_IN, SIGN_OUT
from openslot.web.page_kit.page_endpoint import Handler, page_route
from openslot.web.page_kit.rendering import Templates
from openslot.web.page_kit.session_pages import SessionPages
from openslot.web.sign_in import addresses, texts
from openslot.web.sign_in.account_page import AccountPage
from openslot.web.sign_in.account_second_factor import AccountSecondFactor
from openslot.web.sign_in.enrolment_page import EnrolmentPage
from openslot.web.sign_in.invitation_page import InvitationPage
from openslot.web.sign_in.recovery_codes_page import RecoveryCodesPage
from openslot.web.sign_in.sign_in_page import SignInPage

_NAMES = {**addresses.LINKED, "REQUIRED": texts.REQUIRED}  # in every template
_FIELDS = sign_in_flow.FIELDS | {"new_password", "secret"}
_TEMPLATES = Templates("openslot.web.sign_in", names=_NAMES)


def sign_in_routes(shared: SessionPages) -> list[Route]:
    """The routes, for a router that neither redirects nor repairs paths."""
    pages = shared.with_templates(_TEMPLATES)
    sign_in, invitation = SignInPage(pages), InvitationPage(pages)
    account = AccountPage(pages)
    enrolment, recovery_codes = EnrolmentPage(pages), RecoveryCodesPage(pages)
    second_factor = AccountSecondFactor(pages, account)
    handlers: Mapping[str, Mapping[str, Handler]] = {
        SIGN_IN: {"GET": sign_in.ask, "POST": sign_in.sign_in},
        SIGN_OUT: {"GET": sign_in.ask_to_sign_out, "POST": sign_in.sign_out},
        addresses.INVITATION: {"GET": invitation.ask, "POST": invitation.choose},
        ACCOUNT_PAGE: {"GET": account.show},
        addresses.ACCOUNT_PASSWORD: {"POST": account.change_password},
        ACCOUNT_SECOND_FACTOR: {"GET": enrolment.ask, "POST": enrolment.take_form},
        addresses.ACCOUNT_RECOVERY_CODES: {"GET": recovery_codes.ask, "POST": recovery_codes.renew},
        addresses.ACCOUNT_SECOND_FACTOR_END: {"POST": second_factor.remove},
        addresses.ACCOUNT_SESSIONS_END: {"POST": account.end_sessions},
        addresses.ACCOUNT_GRANT_END: {"POST": account.end_grant},
    }
    return [page_route(pages, path, of_path, _FIELDS) for path, of_path in handlers.items()]
