"""Forms come from our own pages: a token in each, and the origin that the browser names.

The token is an HMAC of the browser's cookie and of what the form does. Nothing is stored, and a
form that was given to one browser, session, account or purpose is of no use for another.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from openslot.identity.keys.purpose_keys import Purpose, PurposeKeys
from openslot.web.http.transport import header
from openslot.web.page_kit.refusals import foreign_form

_DEFAULT_PORTS = {"https": 443, "http": 80}


class FormTokens:
    """Makes and checks the tokens of one installation."""

    def __init__(self, keys: PurposeKeys) -> None:
        """The key is for this purpose alone."""
        self._key = keys.of(Purpose.FORM_TOKENS)

    def make(self, account_id: str, cookie: str, purpose: str) -> str:
        """The token of a form that does `purpose`, for the browser with this cookie."""
        # Neither ids nor cookies hold a line feed, so no two of these are the same text.
        text = f"{account_id}\n{cookie}\n{purpose}"
        digest = hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def check(self, account_id: str, cookie: str | None, purpose: str, token: str) -> None:
        """Passes for a token that `make` made.

        Raises:
            PageRefused: it did not, or there is no cookie.
        """
        if cookie is None or not hmac.compare_digest(
            self.make(account_id, cookie, purpose).encode(), token.encode("utf-8", "surrogatepass")
        ):
            raise foreign_form()


def check_origin(headers: Sequence[tuple[bytes, bytes]], origin: str) -> None:
    """Passes for a form that a page of ours sent, or a browser too old to say (Fetch Metadata).

    Raises:
        PageRefused: another site's page sent it.
    """
    site = header(headers, b"sec-fetch-site")
    sent_by = header(headers, b"origin")
    if site not in (None, b"same-origin") or sent_by not in (None, origin.encode()):
        raise foreign_form()


def origin_of(public_url: str) -> str:
    """The origin of `publicUrl` as browsers write it (RFC 6454 §6.2)."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
