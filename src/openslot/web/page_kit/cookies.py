"""The cookies of the pages: who is signed in, who is about to be, whom a form was given to.

Each account has cookies of its own, so that somebody may be signed in to two. Where `publicUrl`
is https, their names begin with `__Host-`: then no other host, and no page without https, can
set them (RFC 6265bis §4.1.3.2).
"""

import secrets
from collections.abc import Iterable

SESSION, TICKET, FORM = "session", "ticket", "form"
_RANDOM_BYTES = 16


class Cookies:
    """Reads and writes the cookies of one installation."""

    def __init__(self, public_url: str) -> None:
        """Whether they are `Secure` is for the scheme of `publicUrl` to say."""
        self._secure = public_url.startswith("https://")

    def read(self, headers: Iterable[tuple[bytes, bytes]], kind: str, account: str) -> str | None:
        """The value of a cookie; None: it is missing, or repeated, which no browser does."""
        name = self._name(kind, account)
        found = []
        for header, value in headers:
            if header == b"cookie":
                for pair in value.decode("latin-1").split(";"):
                    key, _, text = pair.strip(" ").partition("=")
                    if key == name:
                        found.append(text)
        return found[0] if len(found) == 1 and found[0] else None

    def accounts(self, headers: Iterable[tuple[bytes, bytes]], kind: str) -> list[str]:
        """The accounts of which a browser has a cookie of a kind, in the browser's order."""
        prefix = self._name(kind, "")
        names = [
            pair.strip(" ").partition("=")[0]
            for header, value in headers
            if header == b"cookie"
            for pair in value.decode("latin-1").split(";")
        ]
        return [name.removeprefix(prefix) for name in names if name.startswith(prefix)]

    def write(self, kind: str, account: str, value: str, *, seconds: int | None = None) -> str:
        """The value of a `Set-Cookie`. It goes when the browser is closed, or after `seconds`.

        `Lax`, not `Strict`: somebody who comes from a client's site is still signed in.
        """
        lifetime = "" if seconds is None else f"; Max-Age={seconds}"
        return f"{self._name(kind, account)}={value}; {self._attributes}{lifetime}"

    def clear(self, kind: str, account: str) -> str:
        """The value of a `Set-Cookie` that removes a cookie."""
        return f"{self._name(kind, account)}=; Max-Age=0; {self._attributes}"

    def _name(self, kind: str, account: str) -> str:
        return f"{'__Host-' if self._secure else ''}{kind}-{account}"

    @property
    def _attributes(self) -> str:
        return f"Path=/; HttpOnly; SameSite=Lax{'; Secure' if self._secure else ''}"


def new_form_cookie() -> str:
    """A value that nobody can guess, for a browser in which nobody is signed in."""
    return secrets.token_urlsafe(_RANDOM_BYTES)
