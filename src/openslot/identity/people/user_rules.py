"""How a user's address, name and role look: each rule once, for every interface."""

import unicodedata

from openslot.identity.model.roles import ROLES
from openslot.kernel import fields
from openslot.kernel.errors import Fault, Invalid
from openslot.kernel.fields import FieldRefused, short_text


def normal_email(text: str) -> str | None:
    """An e-mail address as it is stored and looked up; None: it is not one (RFC 5321, 5322, 6531).

    All of it is in lowercase. RFC 5321 §2.4 lets a host tell `Ann@` from `ann@`, but hardly any
    does, and people type either: two users who differ by case alone would be a trap.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  (20 ms)

    try:
        found = validate_email(short_text(text), check_deliverability=False)
    except (EmailNotValidError, FieldRefused):
        return None
    return unicodedata.normalize("NFC", found.normalized.lower())


def counted_person(text: str) -> str:
    """Who a typed address is, for everything that counts by person.

    Users are found by `normal_email`, so every spelling that finds one counts together. What is
    not an address finds nobody; its spellings count together as far as a person would say so.
    """
    return normal_email(text) or unicodedata.normalize("NFKC", text.strip()).casefold()


def checked(email: str, name: str, role: str) -> tuple[str, str]:
    """Address and name as they are stored.

    Raises:
        Invalid: with every fault of the three.
    """
    faults = []
    address = normal_email(email)
    if address is None:
        faults.append(Fault("email", "invalid_value", "must be an e-mail address"))
    try:
        name = fields.name(name)
    except FieldRefused as refusal:
        faults.append(Fault("name", refusal.code, str(refusal)))
    if role not in ROLES:
        faults.append(Fault("role", "invalid_value", f"must be one of {', '.join(ROLES)}"))
    if faults or address is None:
        raise Invalid(*faults)
    return address, name
