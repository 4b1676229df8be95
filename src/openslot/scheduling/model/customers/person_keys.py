"""Whom a request about personal data means."""

from typing import NamedTuple

IDENTIFIER = "identifier"  # the one that the person has in the account
CUSTOMER_ID = "customer_id"  # the way to a person who has none
APPOINTMENT = "appointment"  # whoever comes to it, and everything that is the same person's


class PersonKey(NamedTuple):
    """A person, by one of them."""

    kind: str
    value: str
