"""What makes several appointments one person's. Pure.

The same identifier, where one was given; of those that gave none, the same mail address; of those
without a mail address too, the same phone and last name. Everybody else comes once.
Source: the contract's section on customers in the console.
"""

from typing import NamedTuple

from openslot.kernel.ids import named_id
from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.customer_ids import id_of_identifier, mail_key_of
from openslot.scheduling.model.customers.folding import name_words

GIVEN_IDENTIFIER = "identifier"
MAIL = "mail_key"
PHONE = "phone_key"
NOTHING_COMMON = "id"
TRAIT_KINDS = (GIVEN_IDENTIFIER, MAIL, PHONE, NOTHING_COMMON)


class CommonTrait(NamedTuple):
    """What all appointments of one person have in common."""

    kind: str  # the column that has `value`
    value: str
    last_name: str = ""  # folded; the phone of a family is not one person

    def person_id(self, account_id: str) -> str:
        """An id of the person, the same for each of the appointments."""
        return named_id(account_id, "person with " + "\n".join(self))


def trait_of(account_id: str, appointment: Appointment) -> CommonTrait:
    """The trait by which an appointment's person is known in an account."""
    identifier, person = appointment.identifier, appointment.customer or {}
    # One that the server made is of no use: nobody else has it.
    if identifier and appointment.customer_id == id_of_identifier(account_id, identifier):
        return CommonTrait(GIVEN_IDENTIFIER, identifier)
    if email := person.get("email"):
        return CommonTrait(MAIL, mail_key_of(email))
    if phone := person.get("phoneE164"):
        return CommonTrait(PHONE, phone, " ".join(name_words(person.get("lastName"))))
    return CommonTrait(NOTHING_COMMON, appointment.id)
