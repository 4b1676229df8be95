"""What each kind of setting may be: parsers that return the value, or say what is wrong with it.

They never repeat a value that may hold a password.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

Parser = Callable[[Any], Any]
"""Takes what was given and returns the value; raises `WrongValue`."""

_MOST = 2**31 - 1
_WHOLE = re.compile(r"[0-9]{1,10}")
_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
# RFC 3986 §3.3: what a path is made of
_PATH = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_ACCOUNT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_KEY_BYTES = 32


class WrongValue(ValueError):
    """The value cannot mean anything; the text goes on after the setting's name."""


def whole_number(least: int = 0, most: int = _MOST) -> Parser:
    """A whole number in a range."""

    def parse(value: Any) -> int:
        number = -1
        if isinstance(value, int) and not isinstance(value, bool):
            number = value
        elif isinstance(value, str) and _WHOLE.fullmatch(value):
            number = int(value)
        if not least <= number <= most:
            raise WrongValue(f"must be a whole number from {least} to {most}; it is {value!r}")
        return number

    return parse


def truth(value: Any) -> bool:
    """True or false; 1 and 0 are taken too."""
    text = str(value).lower()
    if text not in ("true", "false", "1", "0"):
        raise WrongValue(f"must be true or false; it is {value!r}")
    return text in ("true", "1")


def one_of(*words: str) -> Parser:
    """One of some words, in upper or lower case."""

    def parse(value: Any) -> str:
        word = plain_text(value).lower()
        if word not in words:
            raise WrongValue(f"must be one of {', '.join(words)}; it is {value!r}")
        return word

    return parse


def plain_text(value: Any) -> str:
    """A text without control characters."""
    if not isinstance(value, str):
        raise WrongValue(f"must be a text; it is {value!r}")
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise WrongValue("must not hold control characters, such as the end of a line")
    return value


def account_name(value: Any) -> str:
    """The name of an account, or nothing."""
    text = plain_text(value)
    if text and not _ACCOUNT_NAME.fullmatch(text):
        raise WrongValue("must be the name of an account: small letters, digits and hyphens")
    return text


def master_key(value: Any) -> str:
    """Base64 of 32 bytes, or nothing."""
    text = plain_text(value)
    if text:
        key_bytes(text)
    return text


def key_bytes(text: str) -> bytes:
    """The bytes of a master key."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise WrongValue(f"must be base64 of exactly {_KEY_BYTES} bytes")
    return key


def bearer_token(value: Any) -> str:
    """What a client can send in a header, or nothing (RFC 6750 §2.1)."""
    text = plain_text(value)
    if any(not 33 <= ord(character) <= 126 for character in text):
        raise WrongValue("must be of printable ASCII characters without spaces: it is a header")
    return text


def listening_address(value: Any) -> str:
    """An IP address without brackets, or the name of a host."""
    text = plain_text(value)
    if text.startswith("["):
        raise WrongValue(f"must be written without brackets; it is {value!r}")
    if not _is_address(text) and not is_host_name(text):
        raise WrongValue(f"must be an IP address or the name of a host; it is {value!r}")
    return text


def proxies(value: Any) -> str:
    """IP addresses and networks with commas between them, in one spelling."""
    text = plain_text(value)
    if not text.strip():
        return ""
    return ",".join(_network(part.strip()) for part in text.split(","))


def pauses(value: Any) -> str:
    """Whole numbers of seconds with commas between them; at least one."""
    parts = [part.strip() for part in plain_text(value).split(",")]
    seconds = whole_number(0, 31_536_000)
    try:
        return ",".join(str(seconds(part)) for part in parts)
    except WrongValue as error:
        raise WrongValue(f"must be seconds with commas between them; it is {value!r}") from error


def database_url(value: Any) -> str:
    """`sqlite:///path` or `postgresql://…`."""
    text = plain_text(value)
    if text.startswith("sqlite:///"):
        path = text.removeprefix("sqlite:///")
        if not path.strip() or path.endswith("/") or path.startswith(":memory:"):
            raise WrongValue("must name a file after sqlite:///")
        return text
    if not text.startswith(("postgresql://", "postgres://")):
        kind = text.split(":", 1)[0] if ":" in text else "something else"
        raise WrongValue(f"must begin with sqlite:/// or postgresql://; it is {kind}:…")
    # Whoever keeps everything in a file need not wait for the driver to be loaded.
    import psycopg  # noqa: PLC0415

    try:
        psycopg.conninfo.conninfo_to_dict(text)
        for host in urlsplit(text).netloc.rpartition("@")[2].split(","):
            _port(urlsplit(f"//{host}"))
    except psycopg.ProgrammingError as error:
        raise WrongValue(f"cannot be read: {' '.join(str(error).split())}") from error
    except ValueError as error:
        raise WrongValue("has a host or a port that cannot be read") from error
    return text


def without_password(url: str) -> str:
    """A database's address as it may be shown."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user.partition(':')[0]}:(hidden)@{host}"))


def public_url(value: Any) -> str:
    """An http or https address without anything after its path; scheme and host in lower case."""
    text = plain_text(value)
    for found, said in (
        (" ", "a space"),
        ("?", "a query (?)"),
        ("#", "a fragment (#)"),
        ("\\", "a backslash"),
    ):
        if found in text:
            raise WrongValue(f"must not hold {said}; it is {value!r}")
    try:
        parts = urlsplit(text)
        port = _port(parts)
    except ValueError as error:
        raise WrongValue(f"has a host or a port that cannot be read; it is {value!r}") from error
    if "@" in parts.netloc:
        raise WrongValue("must not hold a user name or a password (before an @)")
    if parts.scheme not in ("https", "http") or not text[len(parts.scheme) :].startswith("://"):
        raise WrongValue(f"must be an https address; it is {value!r}")
    path = parts.path.rstrip("/")
    if not _PATH.fullmatch(path) or {".", "..", ""}.intersection(unquote(path).split("/")[1:]):
        raise WrongValue(f"has a path that cannot be used; it is {value!r}")
    return f"{parts.scheme}://{_url_host(parts, value)}{port}{path}"


def provider_url(value: Any) -> str:
    """An https address, or an http one of this machine, or nothing."""
    text = plain_text(value)
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        _port(parts)
    except ValueError as error:
        raise WrongValue("has a host or a port that cannot be read") from error
    if " " in text or "@" in parts.netloc or "#" in text or not parts.hostname:
        raise WrongValue("must be an address without spaces, user name and fragment (#)")
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not (parts.scheme == "http" and loopback):
        raise WrongValue("must begin with https://, or be of this machine: a token goes there")
    return text


def _url_host(parts: SplitResult, value: Any) -> str:
    host = parts.hostname or ""
    if ":" in host:
        return f"[{ipaddress.IPv6Address(host)}]"
    if not host.isascii():
        raise WrongValue(f"must have its host in ASCII (xn--…); it is {value!r}")
    if not _is_address(host) and not is_host_name(host):
        raise WrongValue(f"has no host, or one that cannot be; it is {value!r}")
    return host


def _port(parts: SplitResult) -> str:
    """`:port`, or nothing.

    Raises:
        ValueError: the host or the port cannot be.
    """
    if ":" in (parts.hostname or ""):
        ipaddress.IPv6Address(parts.hostname)
    if parts.port is None:
        if parts.netloc.endswith(":"):
            raise ValueError("an empty port")
        return ""
    if parts.port == 0:
        raise ValueError("port 0")
    return f":{parts.port}"


def _network(text: str) -> str:
    try:
        if "/" not in text:
            return str(ipaddress.ip_address(text))
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise WrongValue(
            f"must be IP addresses or networks with commas between them; it has {text!r}"
        ) from error
    if network != _strictly(text):
        raise WrongValue(f"has {text!r}: did you mean the network {network}?")
    return str(network)


def _strictly(text: str) -> object:
    try:
        return ipaddress.ip_network(text)
    except ValueError:
        return None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_host_name(text: str) -> bool:
    """Whether a text is the name of a host, in ASCII."""
    labels: Sequence[str] = text.rstrip(".").split(".")
    # What ends with a number is meant as an IPv4 address, and is none.
    return len(text) <= 253 and bool(_HOST_NAME.fullmatch(text)) and not labels[-1].isdigit()
