"""What a person may give a client, and the code that stands for it: inside transactions."""

from openslot.identity.clients import clients
from openslot.identity.model.client import Client
from openslot.identity.model.user import User
from openslot.identity.people import consents, sessions
from openslot.identity.tokens import authorization_codes
from openslot.kernel.errors import NotFound
from openslot.storage.transactions import AccountTx
from openslot.web.oauth.authorize.checks import AuthorizationRequest
from openslot.web.oauth.authorize.errors import AccessDenied


def client_named(tx: AccountTx, client_id: str) -> Client | None:
    """A client of the account, active or not; None: there is none with this id."""
    if not client_id.isascii():  # ids are; text that was not UTF-8 cannot be looked up
        return None
    try:
        return clients.by_client_id(tx, client_id)
    except NotFound:
        return None


def delegable(request: AuthorizationRequest, user: User) -> tuple[str, ...]:
    """What the user can give of what the client asks for: no more than their role holds.

    Raises:
        AccessDenied: it holds nothing of it.
    """
    scopes = tuple(scope for scope in request.scopes if scope in user.scopes)
    if not scopes:
        raise AccessDenied("The user's role has none of the requested scopes")
    return scopes


def issue_code(
    tx: AccountTx,
    request: AuthorizationRequest,
    session_text: str,
    scopes: tuple[str, ...],
    *,
    just_agreed: bool,
) -> str:
    """A code, if client, session and consent are still what they were a moment ago.

    Consent that was just given is remembered if it is certain who gets the code.

    Raises:
        AccessDenied: one is not; the client may try again.
    """
    checked = request.recipient.client
    session = sessions.find(tx, session_text)
    if session is None:
        raise AccessDenied("The user has signed out in the meantime")
    client = client_named(tx, checked.client_id)
    if client is None or client.version != checked.version:
        raise AccessDenied("The client was changed in the meantime; try again")
    if not set(scopes) <= set(session.user.scopes):
        raise AccessDenied("The user's role was changed in the meantime; try again")
    if just_agreed:
        if request.recipient.is_proved:
            consents.give(tx, session.user.id, client.client_id, scopes)
    elif not consents.covers(tx, session.user.id, client.client_id, scopes):
        raise AccessDenied("The user has withdrawn consent in the meantime; try again")
    return authorization_codes.issue(
        tx,
        client=client,
        user=session.user,
        signed_in_at=session.signed_in_at,
        redirect_uri=request.asked_redirect_uri,
        code_challenge=request.code_challenge,
        dpop_jkt=request.dpop_jkt,
        scopes=scopes,
    )
