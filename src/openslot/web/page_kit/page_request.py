"""A browser's request for a page of an account, read and checked as far as all pages need."""

from collections.abc import Mapping
from dataclasses import dataclass

from openslot.identity.oauth_errors import InvalidRequest
from openslot.storage.accounts import Account
from openslot.web.http.form_parsing import parse_form
from openslot.web.page_kit.refusals import PageRefused

Headers = list[tuple[bytes, bytes]]

TOKEN = "form_token"  # noqa: S105  (the name of a field)
STEP = "step"  # which of its forms a page was sent
_OF_EVERY_FORM = frozenset({TOKEN, STEP})


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request whose account exists and is not suspended."""

    account: Account
    method: str
    parameters: Mapping[str, str]  # of the path
    query: bytes
    headers: Headers
    body: bytes
    form: Mapping[str, str]  # the known fields of the body, without empty ones
    address: str
    request_id: str | None
    session_cookie: str | None
    form_cookie: str | None


def fields_of(body: bytes, known: frozenset[str]) -> dict[str, str]:
    """The fields of a form: the `known` ones of its page, and those of every form.

    Raises:
        PageRefused: it is not a form, or has one of these fields twice.
    """
    try:
        return parse_form(body, known | _OF_EVERY_FORM)
    except InvalidRequest as error:
        raise PageRefused(400, "The form cannot be read", error.description + ".") from error
