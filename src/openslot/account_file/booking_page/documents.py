"""The block `bookingPage` of an account file."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from openslot.account_file.booking_page.colours import HEX_COLOUR
from openslot.account_file.booking_page.logo import LONGEST_LOGO, LogoRefused, read_logo
from openslot.account_file.booking_page.web_addresses import fault_of_origin, fault_of_privacy_url
from openslot.account_file.field_types import Locale, Localized, LocalizedLines
from openslot.account_file.hours import Entry
from openslot.kernel import fields

MOST_ORIGINS = 20
_LONGEST_ADDRESS = 2048
_MOST_LANGUAGES = 50
_HIGHEST_LIMIT = 1_000_000


def _origin(text: str) -> str:
    return _without_fault(text, fault_of_origin(text))


def _privacy_url(text: str) -> str:
    return _without_fault(text, fault_of_privacy_url(text))


def _logo(value: Any) -> Any:
    """Before the length of the text, which says less to whoever has a picture that is too large."""
    if isinstance(value, str):
        try:
            read_logo(value)
        except LogoRefused as refusal:
            return _without_fault(value, str(refusal))
    return value


def _email(text: str) -> str:
    try:
        return fields.email(text)
    except fields.FieldRefused as refusal:
        raise PydanticCustomError("invalid_value", "must be an e-mail address") from refusal


def _without_fault(text: str, fault: str | None) -> str:
    if fault is not None:
        raise PydanticCustomError("invalid_value", "{words}", {"words": fault})
    return text


HexColour = Annotated[str, StringConstraints(pattern=HEX_COLOUR)]
Origin = Annotated[str, StringConstraints(max_length=_LONGEST_ADDRESS), AfterValidator(_origin)]
PrivacyUrl = Annotated[
    str, StringConstraints(max_length=_LONGEST_ADDRESS), AfterValidator(_privacy_url)
]
LogoUrl = Annotated[str, StringConstraints(max_length=LONGEST_LOGO), BeforeValidator(_logo)]
PageLimit = Annotated[int, Field(ge=0, le=_HIGHEST_LIMIT)]  # 0 is off


class PageTexts(Entry):
    """The account's own words on its page; plain text."""

    intro: LocalizedLines | None = None  # on the first step
    consent: LocalizedLines | None = None  # beside a checkbox that must be ticked
    done: LocalizedLines | None = None


class PageColours(Entry):
    """The colours of the light page; those of the dark one are made from them."""

    accent: HexColour = "#0b57d0"
    text: HexColour = "#1b1b1b"
    background: HexColour = "#ffffff"


class PageContact(Entry):
    """Whom people call or write to when the page cannot help them."""

    phone: Annotated[str, StringConstraints(min_length=1, max_length=50)] | None = None
    email: Annotated[str, AfterValidator(_email)] | None = None


class PageLimits(Entry):
    """How much one person, and one network address, may hold and book."""

    open_appointments_per_person: PageLimit = 5
    holds_per_address: PageLimit = 10
    bookings_per_address_and_hour: PageLimit = 20


class BookingPageDocument(Entry):
    """Where the public books without a client. An account without this block has no page."""

    enabled: bool = True
    listed: bool = False
    title: Localized | None = None  # None: the account's name
    texts: PageTexts = Field(default_factory=PageTexts)
    colours: PageColours = Field(default_factory=PageColours)
    logo: LogoUrl | None = None
    privacy_url: PrivacyUrl | None = None
    contact: PageContact = Field(default_factory=PageContact)
    embed_origins: list[Origin] = Field(default=[], max_length=MOST_ORIGINS)
    languages: list[Locale] | None = Field(default=None, min_length=1, max_length=_MOST_LANGUAGES)
    limits: PageLimits = Field(default_factory=PageLimits)


def stored_booking_page(document: BookingPageDocument | None) -> dict[str, Any] | None:
    """What the account's row holds of it: what the author wrote."""
    if document is None:
        return None
    return document.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
