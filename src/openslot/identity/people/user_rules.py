"""How a user's address, name and role look: each rule once, for every interface."""

import unicodedata

from openslot.identity.model.roles import ROLES
from openslot.kernel.errors import Fault, Invalid

_MOST_CHARACTERS = 255


def normal_email(text: str) -> str | None:
    """An e-mail address as it is stored and looked up; None: it is not one (RFC 5321, 5322, 6531).

    All of it is in lowercase. RFC 5321 §2.4 lets a host tell `Ann@` from `ann@`, but hardly any
    does, and people type either: two users who differ by case alone would be a trap.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415  (20 ms)

    if len(text) > _MOST_CHARACTERS:
        return None
    try:
        found = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
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
    name = unicodedata.normalize("NFC", name.strip())
    if not name:
        faults.append(Fault("name", "too_short", "must not be empty"))
    elif len(name) > _MOST_CHARACTERS:
        detail = f"must be at most {_MOST_CHARACTERS} characters"
        faults.append(Fault("name", "too_long", detail))
    elif any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        faults.append(Fault("name", "pattern", "must not hold control characters"))
    if role not in ROLES:
        faults.append(Fault("role", "invalid_value", f"must be one of {', '.join(ROLES)}"))
    if faults or address is None:
        raise Invalid(*faults)
    return address, name
