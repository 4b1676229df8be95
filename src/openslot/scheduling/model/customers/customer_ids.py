"""Which bookings are of one person, as far as an account can tell. Pure."""

from collections.abc import Mapping
from typing import Any

from openslot.kernel.ids import named_id
from openslot.scheduling.model.customers.customers import Customer


def customer_id_of(
    account_id: str, appointment_id: str, customer: Customer, particulars: Mapping[str, Any] | None
) -> str:
    """The customer's id: the same for all who gave the same identifier.

    Of those who gave none that counts, the same external id, else the same mail address makes
    one person; whoever gave neither is somebody else in each booking.
    """
    external_id = (particulars or {}).get("externalId")
    if customer.identifier is not None:
        return id_of_identifier(account_id, customer.identifier)
    if external_id is not None:
        return id_of_external_id(account_id, external_id)
    if customer.email is not None:
        return named_id(account_id, f"customer with mail {mail_key_of(customer.email)}")
    return named_id(account_id, f"customer of {appointment_id}")


def id_of_identifier(account_id: str, identifier: str) -> str:
    """The id of the customer who gave an identifier."""
    return named_id(account_id, f"customer {identifier}")


def id_of_external_id(account_id: str, external_id: str) -> str:
    """The id of the customer who gave an external id that is no identifier."""
    return named_id(account_id, f"customer with external id {external_id}")


def mail_key_of(email: str) -> str:
    """A mail address in the spelling in which addresses are compared."""
    return email.casefold()
