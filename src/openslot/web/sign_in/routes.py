"""Every page of signing in and of one's own account."""

from collections.abc import Mapping

from starlette.routing import Route

from openslot.web.page_kit import addresses
from openslot.web.page_kit.page_endpoint import Handler, page_route
from openslot.web.page_kit.pages import Pages
from openslot.web.sign_in.account_page import AccountPage
from openslot.web.sign_in.account_second_factor import AccountSecondFactor
from openslot.web.sign_in.invitation_page import InvitationPage
from openslot.web.sign_in.sign_in_page import SignInPage


def sign_in_routes(pages: Pages) -> list[Route]:
    """The routes, for a router that neither redirects nor repairs paths."""
    sign_in, invitation = SignInPage(pages), InvitationPage(pages)
    own = AccountPage(pages)
    second_factor = AccountSecondFactor(pages, own)
    handlers: Mapping[str, Mapping[str, Handler]] = {
        addresses.SIGN_IN: {"GET": sign_in.ask, "POST": sign_in.sign_in},
        addresses.SIGN_OUT: {"GET": sign_in.ask_to_sign_out, "POST": sign_in.sign_out},
        addresses.INVITATION: {"GET": invitation.ask, "POST": invitation.choose},
        addresses.OWN_ACCOUNT: {"GET": own.show},
        addresses.OWN_PASSWORD: {"POST": own.change_password},
        addresses.OWN_SECOND_FACTOR: {"GET": second_factor.ask, "POST": second_factor.enrol},
        addresses.OWN_SECOND_FACTOR_END: {"POST": second_factor.remove},
        addresses.OWN_SESSIONS_END: {"POST": own.end_sessions},
        addresses.OWN_GRANT_END: {"POST": own.end_grant},
    }
    return [page_route(pages, path, of_path) for path, of_path in handlers.items()]
