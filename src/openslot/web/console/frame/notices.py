"""What happened, said once on the next page. It travels in a cookie, since it may name a person.

An address would be stored by proxies, histories and logs.
"""

import base64
import binascii

from openslot.web.console.frame.console_request import ConsoleRequest
from openslot.web.page_kit.cookies import Cookies
from openslot.web.page_kit.forms import FormTokens

NOTICE = "console-notice"  # the kind of cookie
_MOST_BYTES = 2000
_SECONDS = 60


class Notices:
    """Writes and reads notices of one installation."""

    def __init__(self, cookies: Cookies, forms: FormTokens) -> None:
        """`forms` signs them, so that nobody else's words are shown as ours."""
        self._cookies = cookies
        self._forms = forms

    def write(self, request: ConsoleRequest, text: str) -> str:
        """The value of a `Set-Cookie`."""
        cut = text.encode()[:_MOST_BYTES].decode(errors="ignore")
        signature = self._signature(request, cut)
        encoded = base64.urlsafe_b64encode(cut.encode()).rstrip(b"=").decode()
        value = f"{encoded}.{signature}"
        return self._cookies.write(NOTICE, request.account.name, value, seconds=_SECONDS)

    def read(self, request: ConsoleRequest) -> str:
        """The notice that waits; "" where there is none."""
        value = self._cookies.read(request.headers, NOTICE, request.account.name)
        encoded, _, signature = (value or "").partition(".")
        if not encoded:
            return ""
        try:
            text = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
        except (binascii.Error, ValueError):
            return ""
        return text if signature == self._signature(request, text) else ""

    def clear(self, request: ConsoleRequest) -> str:
        """The value of a `Set-Cookie` that takes the notice away."""
        return self._cookies.clear(NOTICE, request.account.name)

    def _signature(self, request: ConsoleRequest, text: str) -> str:
        # In hexadecimal digits, so that the purpose has no line feed.
        purpose = f"notice {text.encode().hex()}"
        return self._forms.make(request.account.id, request.session_cookie, purpose)
