"""Whom a request about personal data means."""

from typing import NamedTuple

IDENTIFIER = "identifier"  # the one that the person has in the account
CUSTOMER_ID = "customer_id"  # the way to a person who has none


class PersonKey(NamedTuple):
    """A person, by one of the two."""

    kind: str
    value: str
