"""A browser's request for a page of an account, read and checked as far as all pages need."""

from collections.abc import Mapping
from dataclasses import dataclass

from openslot.identity.oauth_errors import InvalidRequest
from openslot.storage.accounts import Account
from openslot.web.http.form_parsing import parse_form
from openslot.web.page_kit.refusals import Refused

Headers = list[tuple[bytes, bytes]]

TOKEN = "form_token"  # noqa: S105  (the name of a field)
STEP = "step"
# Every field of every form; `parse_form` leaves out what is not here.
FIELDS = frozenset(
    {TOKEN, STEP, "email", "password", "new_password", "code", "decision", "secret", "ticket"}
)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request whose account exists and is not suspended."""

    account: Account
    method: str
    parameters: Mapping[str, str]  # of the path
    query: bytes
    headers: Headers
    body: bytes
    form: Mapping[str, str]  # the known fields of the body; empty ones are not there
    address: str
    request_id: str | None
    session_cookie: str | None
    form_cookie: str | None


def fields_of(body: bytes) -> dict[str, str]:
    """The fields of a form.

    Raises:
        Refused: it is none, or has a field twice.
    """
    try:
        return parse_form(body, FIELDS)
    except InvalidRequest as error:
        raise Refused(400, "The form cannot be read", error.description + ".") from error
