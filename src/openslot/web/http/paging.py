"""Pages of a list: a cursor says where the next one begins, a `Link` header where it is.

A cursor is the base64url of an item's sort values and id, opaque to clients. It stands between
two pages, so it stays good when its item is gone.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from openslot.kernel.clock import Minute
from openslot.kernel.ids import is_id
from openslot.kernel.page import Page
from openslot.web.http.request_parsing import RequestModel

T = TypeVar("T")

_SEPARATOR = "\n"
# No part holds a full stop; the cursors of appointment searches had one between their parts.
_SEPARATORS = re.compile(r"[\n.]")
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_MOST_CHARACTERS = 400
_MOST_DIGITS = 100  # whatever is longer is refused as no number at all


@dataclass(frozen=True, slots=True)
class CursorForm:
    """What the cursors of one kind of list are made of: a reader for each sort value."""

    readers: tuple[Callable[[str], Any], ...]

    def write(self, *values: str | int) -> str:
        """The cursor after an item with these sort values."""
        text = _SEPARATOR.join(map(str, values))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def read(self, cursor: str) -> tuple[Any, ...]:
        """The sort values after which a page begins.

        Raises:
            ValueError: it is not a cursor of such a list.
        """
        padded = cursor + "=" * (-len(cursor) % 4)
        parts = _SEPARATORS.split(base64.b64decode(padded, b"-_", validate=True).decode())
        if len(parts) != len(self.readers):
            raise ValueError(cursor)
        return tuple(reader(part) for reader, part in zip(self.readers, parts, strict=True))

    def checked(self, cursor: str) -> str:
        """The cursor of a request, if it is one of such a list; a validator of pydantic."""
        try:
            self.read(cursor)
        except ValueError:
            detail = "is not a cursor of this list"
            raise PydanticCustomError("invalid_value", detail) from None
        return cursor


def number_part(text: str) -> int:
    """A part of a cursor that is a whole number: minutes or milliseconds.

    Raises:
        ValueError: it is not, or one of more than 15 digits.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _id(text: str) -> str:
    if not is_id(text):
        raise ValueError(text)
    return text.lower()


BY_ID = CursorForm((str,))
BY_START = CursorForm((number_part, _id))


def whole_number(text: object) -> object:
    """The number that a text of a query says; anything else as it is."""
    is_number = isinstance(text, str) and text.isascii() and text.isdigit()
    return int(text) if is_number and len(text) <= _MOST_DIGITS else text  # type: ignore[call-overload,arg-type]


Limit = Annotated[int, Field(ge=1, le=200), BeforeValidator(whole_number)]


class PageQuery(RequestModel):
    """How much of a list, in the order of ids."""

    limit: Limit = 50
    cursor: (
        Annotated[str, Field(max_length=_MOST_CHARACTERS), AfterValidator(BY_ID.checked)] | None
    ) = None

    @property
    def after(self) -> str:
        """The id after which the page begins; "" is the beginning of the list."""
        return str(BY_ID.read(self.cursor)[0]) if self.cursor else ""

    def repeated(self) -> dict[str, str]:
        """The parameters, without the cursor, that the address of the next page repeats."""
        return {"limit": str(self.limit)}


class StartPageQuery(RequestModel):
    """How much of a list, in the order of starts."""

    limit: Limit = 50
    cursor: Annotated[
        str | None,
        Field(max_length=_MOST_CHARACTERS),
        AfterValidator(lambda cursor: cursor and BY_START.checked(cursor)),
        WithJsonSchema({"type": "string", "description": "From a Link header"}),
    ] = None

    @property
    def after(self) -> tuple[Minute, str] | None:
        """The start and id after which the page begins; None is the beginning of the list."""
        if not self.cursor:
            return None
        start, item_id = BY_START.read(self.cursor)
        return start, item_id

    def repeated(self) -> dict[str, str]:
        """The parameters, without the cursor, that the address of the next page repeats."""
        return {"limit": str(self.limit)}


def link_header(
    page: Page[T],
    url: str,
    parameters: Mapping[str, str],
    cursor_of: Callable[[T], str],
    name: str = "cursor",
) -> dict[str, str]:
    """The `Link` to the next page, if there is one (RFC 8288): the same question, from there on.

    `name` is the parameter that the cursor goes in.
    """
    if not page.has_more:
        return {}
    return next_link(url, parameters, cursor_of(page.items[-1]), name)


def next_link(
    url: str, parameters: Mapping[str, str], cursor: str, name: str = "cursor"
) -> dict[str, str]:
    """The `Link` to the page after a cursor."""
    query = urlencode({**parameters, name: cursor})
    return {"Link": f'<{url}?{query}>; rel="next"'}
