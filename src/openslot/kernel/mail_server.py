"""Which mail server takes our mail, and how it is spoken to. Pure.

Source: the contract's section on mail; RFC 3207 (STARTTLS), RFC 8314 §3.3 (TLS from the begin).
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}


class Encryption(StrEnum):
    """When the connection is encrypted; the last three are those of `?starttls=`."""

    FROM_THE_BEGIN = "smtps"
    REQUIRED = "required"
    OPTIONAL = "optional"  # where the server offers it
    NEVER = "never"


class MailServerWrong(ValueError):
    """The URL names no mail server, or one that a password may not go to; the text says why."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server and who we are there."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""  # "": nobody signs in
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"MailServer({self.host}:{self.port}, {self.encryption})"


def mail_server(url: str) -> MailServer:
    """Reads `smtp://[user:password@]host[:port][?starttls=…]` or `smtps://…`.

    Raises:
        MailServerWrong: it is something else, or a password would go unencrypted over a network.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise MailServerWrong("must be a URL such as smtp://mail.example.org") from None
    if parts.scheme not in _PORTS or not host or port == 0:
        raise MailServerWrong("must be a URL such as smtp://mail.example.org or smtps://…")
    if parts.path not in ("", "/") or parts.fragment:
        raise MailServerWrong("must end after the host and port, or with ?starttls=…")
    encryption = _encryption(parts, host)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if (user == "") != (password == ""):
        raise MailServerWrong("must name both a user and a password, or none")
    protected = encryption in (Encryption.FROM_THE_BEGIN, Encryption.REQUIRED)
    if user and not protected and not _is_loopback(host):
        raise MailServerWrong(
            "has a password, which must not go over an unencrypted connection: "
            "leave ?starttls= out, or write smtps://"
        )
    return MailServer(host, port or _PORTS[parts.scheme], encryption, user, password)


def _encryption(parts: SplitResult, host: str) -> Encryption:
    given = parse_qsl(parts.query, keep_blank_values=True)
    if parts.scheme == "smtps":
        if given:
            raise MailServerWrong("must have no ?… with smtps: it is encrypted from the begin")
        return Encryption.FROM_THE_BEGIN
    if not given:
        return Encryption.OPTIONAL if _is_loopback(host) else Encryption.REQUIRED
    wanted = dict(given).get("starttls")
    if len(given) > 1 or wanted not in ("required", "optional", "never"):
        raise MailServerWrong("may have ?starttls=required, optional or never, and nothing else")
    return Encryption(wanted)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
