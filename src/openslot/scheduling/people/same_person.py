"""Every appointment of one person."""

from collections.abc import Iterable, Sequence

from openslot.scheduling.model.appointment import Appointment
from openslot.scheduling.model.customers.common_traits import (
    GIVEN_IDENTIFIER,
    MAIL,
    PHONE,
    CommonTrait,
    trait_of,
)
from openslot.scheduling.model.customers.customer_ids import mail_key_of
from openslot.scheduling.store.people import same_person as store
from openslot.storage.transactions import AccountTx


def appointments_with(tx: AccountTx, appointment: Appointment) -> list[Appointment]:
    """The appointments of whoever comes to one, in whatever state, the newest start first."""
    trait = trait_of(tx.account.id, appointment)
    return of_each(tx, [trait])[trait]


def of_each(tx: AccountTx, traits: Iterable[CommonTrait]) -> dict[CommonTrait, list[Appointment]]:
    """The appointments of each of some people, the newest start first."""
    found: dict[CommonTrait, list[Appointment]] = {trait: [] for trait in traits}
    for one in store.having(tx, found):
        trait = trait_of(tx.account.id, one)
        if trait in found:
            found[trait].append(one)
    for of_person in found.values():
        of_person.sort(key=lambda one: (one.placement.start, one.id), reverse=True)
    return found


def people_alike(tx: AccountTx, of_person: Sequence[Appointment]) -> list[list[Appointment]]:
    """The appointments of each other person with a mail address or phone of this one."""
    shared: set[CommonTrait] = set()
    for one in of_person:
        person = one.customer or {}
        if email := person.get("email"):
            shared.add(CommonTrait(MAIL, mail_key_of(email)))
        if phone := person.get("phoneE164"):
            shared.add(CommonTrait(PHONE, phone))
    own = {one.id for one in of_person}
    others = [one for one in store.having(tx, shared) if one.id not in own]
    return list(of_each(tx, (trait_of(tx.account.id, one) for one in others)).values())


def with_identifier(tx: AccountTx, identifier: str) -> list[Appointment]:
    """The appointments with an identifier, whether it was given or made by the server."""
    return store.having(tx, [CommonTrait(GIVEN_IDENTIFIER, identifier)])
