"""Matrix parameters: `/dates;servicePublicId=a;servicePublicId=b` (RFC 3986 §3.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from openslot.kernel.errors import Unreadable

MOST_SERVICES = 20
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NUMBER = re.compile(r"[0-9]{1,9}")


class UnreadablePath(Unreadable):
    """Part of the path, or a parameter in it, cannot be read. Its detail says which."""

    code = "invalid_request"
    title = "The path cannot be read"


@dataclass(frozen=True, slots=True)
class ParsedPath:
    """The segments of a path, and its parameters: values in order, each once."""

    segments: tuple[str, ...]
    parameters: Mapping[str, tuple[str, ...]]

    @property
    def arguments(self) -> dict[str, str]:
        """The parameters as responses repeat them."""
        return {name: f"[{', '.join(values)}]" for name, values in self.parameters.items()}

    @property
    def service_ids(self) -> tuple[str, ...]:
        """The services that are named.

        Raises:
            UnreadablePath: more than 20.
        """
        found = self.parameters.get("servicePublicId", ())
        if len(found) > MOST_SERVICES:
            raise UnreadablePath(f"servicePublicId appears with more than {MOST_SERVICES} values")
        return found

    @property
    def number_of_customers(self) -> int | None:
        """The number, as it was sent; None: there is none.

        Raises:
            UnreadablePath: not 1 to 9 digits, or two numbers.
        """
        found = self.parameters.get("numberOfCustomers", ())
        if not found:
            return None
        if len(found) > 1 or not _NUMBER.fullmatch(found[0]):
            raise UnreadablePath("numberOfCustomers must be one number of 1 to 9 digits")
        return int(found[0])


def parse_path(raw_path: str) -> ParsedPath:
    """A path as it stands in the request, decoded once; one slash more at its end is left out.

    Raises:
        UnreadablePath: an escape is broken, or is not UTF-8.
    """
    # Divided before anything is decoded: an escaped slash or semicolon is a part of its text.
    segments: list[str] = []
    parameters: dict[str, dict[str, None]] = {}
    for part in raw_path.removeprefix("/").removesuffix("/").split("/"):
        segment, *pairs = part.split(";")
        segments.append(_decoded(segment))
        for pair in pairs:
            name, _, value = pair.partition("=")
            if value:
                parameters.setdefault(_decoded(name), {})[_decoded(value)] = None
    return ParsedPath(tuple(segments), {name: tuple(each) for name, each in parameters.items()})


def _decoded(text: str) -> str:
    if "%" not in text and text.isascii():
        return text
    if _BAD_ESCAPE.search(text):
        raise UnreadablePath("The path has a % without two hexadecimal digits after it")
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise UnreadablePath("The path is not UTF-8 once it is percent-decoded") from None
